import { SegmentedControl, Select, Stack, Text } from '@mantine/core';
import { useId, useState } from 'react';

import { query } from '../../api/client';
import { type Path, pathText } from '../../flow/document';
import { type Schema, schemaAt } from '../../flow/schema';
import { wayOf, waysOf } from '../../flow/ways';
import { ConnectionField } from './ConnectionField';
import { useEditor } from './editor';
import classes from './panes/filter.module.css';
import { Selection, selectionKeys } from './panes/Selection';
import { WayFields } from './panes/WayFields';
import { words } from './SchemaField';
import { SchemaFields } from './SchemaFields';

interface Props {
  path: Path;
  schema: Schema;
  value: Record<string, unknown> | undefined;
  /** What the choice between ways is called: "What to export". */
  question: string;
  /** Fields beside the way's own that are shown at once. */
  show?: string[];
  children?: React.ReactNode;
}

// What an import does with a record; files only take them.
const withoutOperation = new Set(['csv', 'jsonl']);

/** Settings of an import that matter with an operation, and are shown at once. */
function ofOperation(operation: unknown): string[] {
  switch (operation) {
    case 'add':
      return ['ignore_existing'];
    case 'upsert':
      return ['ignore_existing', 'ignore_missing'];
    case 'update':
    case 'delete':
      return ['ignore_missing'];
  }
  return [];
}

/** One end of a flow: application, connection, and what is read or written there. */
export function Endpoint({ path, schema, value, question, show = [], children }: Props) {
  const { set, problems, readOnly } = useEditor();
  const connections = query.useQuery('get', '/api/v1/connections');
  const connection = typeof value?.connection === 'string' ? value.connection : undefined;
  const [chosen, setChosen] = useState<string>();
  const kind = connections.data?.items.find((c) => c.name === connection)?.kind ?? chosen;
  const ways = kind ? waysOf(kind, schema) : [];
  const way = wayOf(value, schema);
  const all = (schema.oneOf ?? []).flatMap((o) => o.required);
  const choose = (key: string) => {
    if (way && way !== key) set([...path, way], undefined);
    if (way !== key) set([...path, key], {});
  };
  const waySchema = way ? schemaAt(schema, way) : undefined;
  const operations = schema.properties?.operation;
  // A webhook brings what it is sent.
  const selects = way !== undefined && way !== 'webhook' && schema.properties?.delta !== undefined;
  return (
    <Stack gap="md">
      <ConnectionField path={path} connection={connection} application={kind} onApplication={setChosen} />
      {(ways.length > 0 || way) && (
        <Way question={question} ways={ways} way={way} readOnly={readOnly} onChoose={choose} />
      )}
      {problems[pathText(path)] && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {problems[pathText(path)]}
        </Text>
      )}
      {way && operations && !withoutOperation.has(way) && (
        <Select
          label="Operation"
          description={operations.description}
          required
          readOnly={readOnly}
          data={words(operations)}
          value={typeof value?.operation === 'string' ? value.operation : null}
          error={problems[pathText([...path, 'operation'])]}
          onChange={(v) => set([...path, 'operation'], v ?? undefined)}
        />
      )}
      {way && waySchema && <WayFields key={way} way={way} connection={connection} operation={value?.operation} schema={waySchema} path={[...path, way]} value={value?.[way] as Record<string, unknown> | undefined} />}
      {children}
      {selects && <Selection path={path} schema={schema} value={value} />}
      {way && <SchemaFields schema={schema} path={path} value={value} omit={['connection', ...all, ...(withoutOperation.has(way) ? [] : ['operation']), ...(selects ? selectionKeys : [])]} show={[...show, ...ofOperation(value?.operation)]} />}
    </Stack>
  );
}

function Way({ question, ways, way, readOnly, onChoose }: { question: string; ways: { key: string; label: string }[]; way?: string; readOnly: boolean; onChoose: (key: string) => void }) {
  const id = useId();
  const data = ways.map((w) => ({ value: w.key, label: w.label }));
  if (way && !ways.some((w) => w.key === way)) data.push({ value: way, label: way });
  return (
    <div>
      <Text size="sm" fw={500} mb={4} id={id}>
        {question}
      </Text>
      <SegmentedControl className={classes.ways} withItemsBorders={false} aria-labelledby={id} data={data} value={way ?? ''} readOnly={readOnly} onChange={onChoose} />
    </div>
  );
}
