import { SegmentedControl, Stack, Text } from '@mantine/core';
import { useId } from 'react';

import type { Path } from '../../../flow/document';
import type { Schema } from '../../../flow/schema';
import { useEditor } from '../editor';
import { SchemaField } from '../SchemaField';

type Choice = 'all' | 'delta' | 'once' | 'limit';

const choices: { value: Choice; label: string; about: string }[] = [
  { value: 'all', label: 'All', about: 'Every run reads everything.' },
  { value: 'delta', label: 'Changed', about: 'A run reads what changed since the last one that went through.' },
  { value: 'once', label: 'Once', about: 'A flag is set in the source for each record that was delivered; the query leaves out those that have it.' },
  { value: 'limit', label: 'Limit', about: 'A run ends after so many records.' },
];

/** The keys of an export that the choice is about. */
export const selectionKeys = ['delta', 'once', 'limit'];

/** Which of the choices an export has made. */
export function choiceOf(value: Record<string, unknown> | undefined): Choice {
  return value?.delta !== undefined ? 'delta' : value?.once !== undefined ? 'once' : value?.limit !== undefined ? 'limit' : 'all';
}

interface Props {
  path: Path;
  schema: Schema;
  value: Record<string, unknown> | undefined;
}

/** Which records a run reads: all of them, what changed, what was not delivered yet, or a number. */
export function Selection({ path, schema, value }: Props) {
  const { set, readOnly } = useEditor();
  const id = useId();
  const choice = choiceOf(value);
  const possible = choices.filter((c) => c.value === 'all' || schema.properties?.[c.value]);
  const choose = (next: string) => {
    if (next === choice) return;
    for (const key of selectionKeys) if (value?.[key] !== undefined && key !== next) set([...path, key], undefined);
    if (next === 'delta') set([...path, 'delta'], {});
    if (next === 'once') set([...path, 'once'], {});
    if (next === 'limit') set([...path, 'limit'], 100);
  };
  const shown = selectionKeys.filter((key) => value?.[key] !== undefined);
  return (
    <div>
      <Text size="sm" fw={500} mb={4} id={id}>
        Which records
      </Text>
      <SegmentedControl aria-labelledby={id} data={possible.map(({ value, label }) => ({ value, label }))} value={choice} readOnly={readOnly} onChange={choose} />
      <Text size="xs" c="dimmed" mt={4}>
        {choices.find((c) => c.value === choice)?.about}
      </Text>
      {shown.length > 0 && (
        <Stack gap="md" mt="sm">
          {shown.map((key) => {
            const of = schema.properties?.[key];
            return of && <SchemaField key={key} name={key} schema={of} path={[...path, key]} value={value?.[key]} />;
          })}
        </Stack>
      )}
    </div>
  );
}
