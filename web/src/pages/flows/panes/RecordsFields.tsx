import { useRecord } from '../../../api/metadata';
import { type Path, pathText } from '../../../flow/document';
import type { Schema } from '../../../flow/schema';
import { useEditor } from '../editor';
import { SchemaFields } from '../SchemaFields';
import { FilterBuilder } from './FilterBuilder';
import { RecordTypeField } from './RecordTypeField';

interface Props {
  connection: string | undefined;
  path: Path;
  schema: Schema;
  value: Record<string, unknown> | undefined;
}

/** Whole records of a type: which type, and under which conditions. */
export function RecordsFields({ connection, path, schema, value }: Props) {
  const { set, problems, readOnly } = useEditor();
  const type = typeof value?.type === 'string' ? value.type : '';
  const record = useRecord(connection, type || undefined);
  const filter = schema.properties?.filter;
  return (
    <>
      <RecordTypeField label="Record type" description={schema.properties?.type?.description} required readOnly={readOnly} error={problems[pathText([...path, 'type'])]} connection={connection} value={type} onChange={(v) => set([...path, 'type'], v || undefined)} />
      {filter && (
        <div style={{ containerType: 'inline-size' }}>
          <FilterBuilder
            label="Filter"
            description={filter.description}
            error={problems[pathText([...path, 'filter'])]}
            readOnly={readOnly}
            connection={connection}
            recordType={type}
            fields={record.data?.fields ?? []}
            value={typeof value?.filter === 'string' ? value.filter : ''}
            onChange={(v) => set([...path, 'filter'], v || undefined)}
          />
        </div>
      )}
      <SchemaFields schema={schema} path={path} value={value} omit={['type', 'filter']} show={['lines', 'id', 'external_id']} />
    </>
  );
}
