import { Stack } from '@mantine/core';
import { IconArrowsShuffle, IconDatabaseExport, IconDatabaseImport, IconFilter } from '@tabler/icons-react';
import { Fragment, useState } from 'react';

import { schemaAt } from '../../flow/schema';
import { exportSummary, kindOf, stepNames, type StepKind, stepSummary } from '../../flow/steps';
import { wayOf } from '../../flow/ways';
import { AddStep } from './AddStep';
import { useEditor } from './editor';
import { Endpoint } from './Endpoint';
import { HookAddress } from './HookAddress';
import { ExportPreview, StepPreview } from './PreviewRecord';
import { QueryResult } from './QueryResult';
import { ExportCounts, StepCounts } from './RunCounts';
import { SchemaField } from './SchemaField';
import { SchemaFields } from './SchemaFields';
import { StepCard } from './StepCard';
import type { FlowEditorState } from './useFlowEditor';

const icons = { filter: IconFilter, map: IconArrowsShuffle, import: IconDatabaseImport };
const titles: Record<StepKind, string> = { filter: 'Filter', map: 'Map', import: 'Import' };

/** The export and the steps behind it, with plus signs between them. */
export function Steps({ state, isNew }: { state: FlowEditorState; isNew: boolean }) {
  const { flow, readOnly } = useEditor();
  const steps = flow.steps ?? [];
  const names = stepNames(steps);
  return (
    <Stack gap={0}>
      <ExportCard startsOpen={isNew} />
      <AddStep place="behind the export" readOnly={readOnly} onAdd={(s) => state.insert(0, s)} />
      {steps.map((_, n) => (
        <Fragment key={state.places[n]?.id ?? n}>
          <StepOf at={n} name={names[n] ?? ''} state={state} />
          <AddStep place={`behind ${names[n]}`} readOnly={readOnly} onAdd={(s) => state.insert(n + 1, s)} />
        </Fragment>
      ))}
    </Stack>
  );
}

function isWrong(problems: Record<string, string>, at: string): boolean {
  return Object.keys(problems).some((p) => p === at || p.startsWith(`${at}.`));
}

function ExportCard({ startsOpen }: { startsOpen: boolean }) {
  const { flow, schema, problems } = useEditor();
  const [open, setOpen] = useState(startsOpen);
  const wrong = isWrong(problems, 'export');
  const part = schemaAt(schema, 'export');
  const way = wayOf(flow.export, part);
  return (
    <StepCard
      icon={IconDatabaseExport}
      title="Export"
      summary={exportSummary(flow.export, way)}
      open={open || wrong}
      wrong={wrong}
      onToggle={() => setOpen(!open)}
      counts={<ExportCounts />}
      preview={<ExportPreview />}
    >
      {part && (
        <Endpoint path={['export']} schema={part} value={flow.export as Record<string, unknown> | undefined} question="What to export" show={['key']}>
          {way === 'webhook' && <HookAddress flow={flow.name} />}
          {way === 'suiteql' && <QueryResult connection={flow.export?.connection} query={flow.export?.suiteql?.query} params={flow.export?.suiteql?.params ?? undefined} />}
        </Endpoint>
      )}
    </StepCard>
  );
}

function StepOf({ at, name, state }: { at: number; name: string; state: FlowEditorState }) {
  const { flow, schema, problems, readOnly } = useEditor();
  const step = flow.steps?.[at];
  if (!step) return null;
  const kind = kindOf(step);
  const path = ['steps', at, kind];
  const part = schemaAt(schema, 'steps', kind);
  const nameSchema = schemaAt(schema, 'steps', 'name');
  const wrong = isWrong(problems, `steps[${at}]`);
  const last = (flow.steps?.length ?? 0) - 1;
  return (
    <StepCard
      icon={icons[kind]}
      title={step.name || titles[kind]}
      summary={stepSummary(step, kind === 'import' ? wayOf(step.import, part) : undefined)}
      open={(state.places[at]?.open ?? false) || wrong}
      wrong={wrong}
      onToggle={() => state.toggle(at)}
      counts={<StepCounts step={name} />}
      preview={<StepPreview step={name} />}
      actions={readOnly ? undefined : { up: at > 0 ? () => state.move(at, at - 1) : undefined, down: at < last ? () => state.move(at, at + 1) : undefined, remove: () => state.remove(at) }}
    >
      <Stack gap="md">
        {part && kind === 'import' && <Endpoint path={path} schema={part} value={step.import as Record<string, unknown> | undefined} question="What to import" />}
        {part && kind === 'filter' && <SchemaFields schema={part} path={path} value={step.filter as Record<string, unknown> | undefined} />}
        {part && kind === 'map' && <SchemaField name="query" schema={{ ...part, type: 'string' }} path={path} value={step.map} label="Mapping" minRows={6} />}
        {nameSchema && <SchemaField name="name" schema={nameSchema} path={['steps', at, 'name']} value={step.name} label="Step name" />}
      </Stack>
    </StepCard>
  );
}
