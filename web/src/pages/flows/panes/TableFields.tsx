import { Autocomplete } from '@mantine/core';

import { useColumns, useTables } from '../../../api/metadata';
import { type Path, pathText } from '../../../flow/document';
import type { Schema } from '../../../flow/schema';
import { useEditor } from '../editor';
import { SchemaFields } from '../SchemaFields';

interface Props {
  connection: string | undefined;
  path: Path;
  schema: Schema;
  value: Record<string, unknown> | undefined;
}

/** A table of a database to write to. */
export function TableFields({ connection, path, schema, value }: Props) {
  const { set, problems, readOnly } = useEditor();
  const table = typeof value?.table === 'string' ? value.table : '';
  const tables = useTables(connection);
  const names = (tables.data?.items ?? []).map((t) => t.name);
  const columns = useColumns(connection, names.includes(table) ? table : undefined);
  const about = columns.data ? `Its columns: ${columns.data.items.map((c) => c.name).join(', ')}` : schema.properties?.table?.description;
  return (
    <>
      <Autocomplete label="Table" description={about} required spellCheck={false} readOnly={readOnly} limit={200} maxDropdownHeight={320} error={problems[pathText([...path, 'table'])]} data={names} value={table} onChange={(v) => set([...path, 'table'], v || undefined)} />
      <SchemaFields schema={schema} path={path} value={value} omit={['table']} show={['key']} />
    </>
  );
}
