import { Stack } from '@mantine/core';
import { IconDatabaseExport } from '@tabler/icons-react';
import { Fragment, useState } from 'react';

import { pathText } from '../../flow/document';
import { schemaAt } from '../../flow/schema';
import { exportsOf, exportSummary, placesOf, type Source } from '../../flow/steps';
import { wayOf } from '../../flow/ways';
import { AddStep } from './AddStep';
import { useEditor } from './editor';
import { ExportForm } from './ExportForm';
import { OneStep } from './OneStep';
import { ExportPreview } from './PreviewRecord';
import { ExportCounts } from './RunCounts';
import { StepCard } from './StepCard';
import { isWrong } from './stepKinds';
import type { FlowEditorState } from './useFlowEditor';

/** The export and the steps behind it, with plus signs between them. */
export function Steps({ state, isNew }: { state: FlowEditorState; isNew: boolean }) {
  const { flow, readOnly } = useEditor();
  const steps = flow.steps ?? [];
  const names = placesOf(steps).filter((p) => p.depth === 0).map((p) => p.name);
  return (
    <Stack gap={0}>
      <Stack gap="xs">
        {exportsOf(flow).map((source) => (
          <ExportCard key={pathText(source.path)} source={source} startsOpen={isNew} />
        ))}
      </Stack>
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

function ExportCard({ source, startsOpen }: { source: Source; startsOpen: boolean }) {
  const { schema, problems } = useEditor();
  const [open, setOpen] = useState(startsOpen);
  const { path, name, value } = source;
  const wrong = isWrong(problems, pathText(path));
  const part = schemaAt(schema, 'export');
  const way = wayOf(value, part);
  return (
    <StepCard
      icon={IconDatabaseExport}
      title={value?.name ? `Export ${value.name}` : 'Export'}
      summary={exportSummary(value, way)}
      open={open || wrong}
      wrong={wrong}
      onToggle={() => setOpen(!open)}
      counts={<ExportCounts name={name} />}
      preview={<ExportPreview name={value?.name} />}
    >
      <ExportForm path={path} value={value} />
    </StepCard>
  );
}

function StepOf({ at, name, state }: { at: number; name: string; state: FlowEditorState }) {
  const { flow, problems, readOnly } = useEditor();
  const step = flow.steps?.[at];
  if (!step) return null;
  const last = (flow.steps?.length ?? 0) - 1;
  return (
    <OneStep
      path={['steps', at]}
      name={name}
      step={step}
      open={(state.places[at]?.open ?? false) || isWrong(problems, `steps[${at}]`)}
      onToggle={() => state.toggle(at)}
      actions={readOnly ? undefined : { up: at > 0 ? () => state.move(at, at - 1) : undefined, down: at < last ? () => state.move(at, at + 1) : undefined, remove: () => state.remove(at) }}
    />
  );
}
