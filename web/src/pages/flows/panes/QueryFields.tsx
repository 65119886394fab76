import { Text } from '@mantine/core';

import { useSQLCompletion, useTables } from '../../../api/metadata';
import { type Path, pathText } from '../../../flow/document';
import type { Schema } from '../../../flow/schema';
import { useEditor } from '../editor';
import { QueryResult } from '../QueryResult';
import { SchemaFields } from '../SchemaFields';
import { CodeField } from './CodeField';

interface Props {
  way: 'suiteql' | 'sql';
  connection: string | undefined;
  path: Path;
  schema: Schema;
  value: Record<string, unknown> | undefined;
  show?: string[];
}

/** A query with what its connection has to complete it, and its first rows. */
export function QueryFields({ way, connection, path, schema, value, show = [] }: Props) {
  const { set, problems, readOnly } = useEditor();
  const complete = useSQLCompletion(connection);
  const tables = useTables(connection);
  const at = [...path, 'query'];
  const query = typeof value?.query === 'string' ? value.query : '';
  const params = Array.isArray(value?.params) ? (value.params as unknown[]).map(String) : undefined;
  return (
    <>
      <CodeField
        label="Query"
        description={schema.properties?.query?.description}
        required
        readOnly={readOnly}
        error={problems[pathText(at)]}
        language="sql"
        value={query}
        onChange={(text) => set(at, text || undefined)}
        complete={complete}
        minLines={5}
        maxLines={24}
        placeholder={way === 'suiteql' ? 'SELECT id, tranid FROM transaction' : 'SELECT * FROM orders'}
      />
      {tables.error ? (
        <Text size="xs" c="dimmed" role="status">
          Tables and columns are not completed: {tables.error.message}.
        </Text>
      ) : null}
      {way === 'suiteql' && <QueryResult connection={connection} query={query} params={params} />}
      <SchemaFields schema={schema} path={path} value={value} omit={['query']} show={['key', ...show]} />
    </>
  );
}
