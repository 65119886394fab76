import { Stack } from '@mantine/core';

import type { Path } from '../../flow/document';
import { type Schema, schemaAt } from '../../flow/schema';
import { wayOf } from '../../flow/ways';
import { useEditor } from './editor';
import { Endpoint } from './Endpoint';
import { SchemaFields } from './SchemaFields';

interface Props {
  path: Path;
  schema: Schema;
  value: Record<string, unknown> | undefined;
}

/** The form of a lookup: whom it asks, what has to match, and where the answer goes. */
export function Lookup({ path, schema, value }: Props) {
  const { schema: whole } = useEditor();
  const way = wayOf(value, schemaAt(whole, 'steps', 'lookup'));
  if (way === 'table') {
    const ofSystems = Object.keys(schema.properties ?? {}).filter((n) => !['table', 'value', 'as', 'none', 'default'].includes(n));
    return (
      <Stack gap="md">
        <SchemaFields schema={schema} path={path} value={value} omit={ofSystems} show={['table', 'value', 'none']} />
      </Stack>
    );
  }
  return (
    <Endpoint path={path} schema={schema} value={value} question="What to ask" show={['match', 'none', 'many']} />
  );
}
