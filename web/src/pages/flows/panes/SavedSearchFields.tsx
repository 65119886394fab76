import { Autocomplete, Loader } from '@mantine/core';

import { useSearches } from '../../../api/metadata';
import { type Path, pathText } from '../../../flow/document';
import type { Schema } from '../../../flow/schema';
import { useEditor } from '../editor';
import { SchemaFields } from '../SchemaFields';
import { RecordTypeField } from './RecordTypeField';

interface Props {
  connection: string | undefined;
  path: Path;
  schema: Schema;
  value: Record<string, unknown> | undefined;
}

/** A saved search: what it is for, and which one. */
export function SavedSearchFields({ connection, path, schema, value }: Props) {
  const { set, problems, readOnly } = useEditor();
  const type = typeof value?.type === 'string' ? value.type : '';
  const id = value?.id === undefined || value.id === null ? '' : String(value.id as string);
  const searches = useSearches(connection, type || undefined);
  const items = searches.data?.items ?? [];
  const name = items.find((s) => s.id === id)?.name;
  const about = name ?? (searches.error ? `Searches cannot be listed: ${searches.error.message}. Enter the script ID.` : schema.properties?.id?.description);
  return (
    <>
      <RecordTypeField label="Type" description={schema.properties?.type?.description} required readOnly={readOnly} error={problems[pathText([...path, 'type'])]} connection={connection} value={type} onChange={(v) => set([...path, 'type'], v || undefined)} />
      <Autocomplete
        label="Saved search"
        description={about}
        required
        placeholder="customsearch_open_orders"
        spellCheck={false}
        readOnly={readOnly}
        error={problems[pathText([...path, 'id'])]}
        data={items.map((s) => s.id)}
        filter={({ options, search }) => {
          const text = search.trim().toLowerCase();
          if (items.some((s) => s.id === search)) return options;
          return options.filter((o) => 'value' in o && (o.value.includes(text) || items.some((s) => s.id === o.value && s.name.toLowerCase().includes(text))));
        }}
        renderOption={({ option }) => (
          <span style={{ display: 'flex', justifyContent: 'space-between', gap: 16, width: '100%' }}>
            <span>{items.find((s) => s.id === option.value)?.name ?? option.value}</span>
            <span className="quiet">{option.value}</span>
          </span>
        )}
        rightSection={searches.isFetching ? <Loader size="xs" role="status" aria-label="Reading saved searches" /> : undefined}
        value={id}
        onChange={(v) => set([...path, 'id'], v || undefined)}
      />
      <SchemaFields schema={schema} path={path} value={value} omit={['type', 'id']} show={['whole']} />
    </>
  );
}
