import { Badge, Group, MultiSelect, Text } from '@mantine/core';

import { useRecord } from '../../../api/metadata';
import { type Path, pathText } from '../../../flow/document';
import { labelOf, type Schema } from '../../../flow/schema';
import { useEditor } from '../editor';
import { SchemaFields } from '../SchemaFields';
import { RecordTypeField } from './RecordTypeField';

interface Props {
  connection: string | undefined;
  operation: unknown;
  path: Path;
  schema: Schema;
  value: Record<string, unknown> | undefined;
}

/** What of the fields an operation asks for; the others are behind "More settings". */
const shown: Record<string, string[]> = {
  add: ['external_id'],
  upsert: ['external_id'],
  update: ['id', 'external_id'],
  delete: ['id', 'external_id'],
  append: ['id', 'external_id', 'sublist'],
  attach: ['attachment', 'id'],
  detach: ['attachment', 'id'],
  transform: ['transform', 'external_id'],
};

/** Records to write to NetSuite: which type, by which ID, and what becomes of lines that are there. */
export function ImportFields({ connection, operation, path, schema, value }: Props) {
  const { set, problems, readOnly } = useEditor();
  const type = typeof value?.record === 'string' ? value.record : '';
  const record = useRecord(connection, type || undefined);
  const sublists = (record.data?.fields ?? []).filter((f) => f.type === 'sublist' && !f.read_only);
  const mandatory = (record.data?.fields ?? []).filter((f) => f.mandatory);
  const changes = operation === 'update' || operation === 'upsert';
  const lists = changes && sublists.length > 0 ? ['replace', 'append'].filter((k) => schema.properties?.[k]) : [];
  const makes = operation === 'add' || operation === 'upsert' || operation === 'transform';
  return (
    <>
      <RecordTypeField label="Record" description={schema.properties?.record?.description} required readOnly={readOnly} error={problems[pathText([...path, 'record'])] ?? record.error?.message} connection={connection} value={type} onChange={(v) => set([...path, 'record'], v || undefined)} />
      {makes && mandatory.length > 0 && (
        <Group gap={6} aria-label="Mandatory fields" role="group">
          <Text size="sm" c="dimmed">
            A new record needs
          </Text>
          {mandatory.map((f) => (
            <Badge key={f.name} variant="default">
              {f.label}
            </Badge>
          ))}
        </Group>
      )}
      <SchemaFields schema={schema} path={path} value={value} omit={['record', ...lists]} show={shown[String(operation)] ?? ['external_id']} />
      {lists.map((key) => {
        const chosen = Array.isArray(value?.[key]) ? (value[key] as string[]) : [];
        const known = sublists.map((f) => ({ value: f.name, label: `${f.label} (${f.name})` }));
        return (
          <MultiSelect
            key={key}
            label={`${labelOf(key)} lines of`}
            description={schema.properties?.[key]?.description}
            readOnly={readOnly}
            searchable
            data={[...known, ...chosen.filter((c) => !known.some((k) => k.value === c)).map((c) => ({ value: c, label: c }))]}
            value={chosen}
            error={problems[pathText([...path, key])]}
            onChange={(v) => set([...path, key], v.length ? v : undefined)}
          />
        );
      })}
    </>
  );
}
