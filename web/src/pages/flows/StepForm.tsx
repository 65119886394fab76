import { Stack } from '@mantine/core';

import type { DraftStep, Path } from '../../flow/document';
import { schemaAt } from '../../flow/schema';
import { kindOf } from '../../flow/steps';
import { useEditor } from './editor';
import { Endpoint } from './Endpoint';
import { Lookup } from './Lookup';
import { MappingField } from './panes/mapping/MappingField';
import { SchemaField } from './SchemaField';
import { SchemaFields } from './SchemaFields';

/** What a step does, to enter: the list shows it in the step's card, the canvas in a pane. */
export function StepForm({ path, step }: { path: Path; step: DraftStep }) {
  const { schema } = useEditor();
  const kind = kindOf(step);
  const at = [...path, kind];
  const part = schemaAt(schema, 'steps', kind);
  const nameSchema = schemaAt(schema, 'steps', 'name');
  return (
    <Stack gap="md">
      {part && kind === 'import' && <Endpoint path={at} schema={part} value={step.import as Record<string, unknown> | undefined} question="What to import" />}
      {part && kind === 'lookup' && <Lookup path={at} schema={part} value={step.lookup as Record<string, unknown> | undefined} />}
      {part && kind === 'fields' && <MappingField kind="fields" schema={part} path={at} value={step.fields} />}
      {part && kind === 'filter' && <SchemaFields schema={part} path={at} value={step.filter as Record<string, unknown> | undefined} />}
      {part && kind === 'branch' && <SchemaFields schema={part} path={at} value={step.branch as Record<string, unknown> | undefined} omit={['paths']} show={['take']} />}
      {part && kind === 'map' && <MappingField kind="map" schema={part} path={at} value={step.map} />}
      {nameSchema && <SchemaField name="name" schema={nameSchema} path={[...path, 'name']} value={step.name} label="Step name" />}
    </Stack>
  );
}
