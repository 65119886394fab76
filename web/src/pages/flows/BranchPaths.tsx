import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconPlus, IconRoute, IconTrash } from '@tabler/icons-react';
import { Fragment, useState } from 'react';

import { type DraftStep, insertStep, moveStep, type Path, pathText, removeStep } from '../../flow/document';
import { schemaAt } from '../../flow/schema';
import { type DraftPath, placesOf } from '../../flow/steps';
import { AddStep } from './AddStep';
import { useEditor } from './editor';
import classes from './flow.module.css';
import { OneStep } from './OneStep';
import { StepPreview } from './PreviewRecord';
import { StepCounts } from './RunCounts';
import { SchemaFields } from './SchemaFields';
import { isWrong } from './stepKinds';

interface Props {
  /** Where the branch stands in the flow. */
  path: Path;
  name: string;
  branch: NonNullable<DraftStep['branch']>;
}

/** The paths of a branch, each with its steps. */
export function BranchPaths({ path, name, branch }: Props) {
  const { set, readOnly } = useEditor();
  const paths: DraftPath[] = branch.paths ?? [];
  return (
    <Stack gap="md">
      {paths.map((p, n) => (
        <OnePath key={n} path={[...path, 'paths', n]} name={`${name}/${p.name ?? ''}`} value={p} />
      ))}
      {!readOnly && (
        <Group gap="sm">
          <Button variant="default" size="xs" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => set([...path, 'paths', paths.length], { name: `path-${paths.length + 1}`, steps: [] })}>
            Path
          </Button>
          {paths.length > 1 && (
            <Button variant="subtle" color="gray" size="xs" leftSection={<IconTrash size={14} aria-hidden />} onClick={() => set([...path, 'paths'], paths.slice(0, -1))}>
              Remove the last path
            </Button>
          )}
        </Group>
      )}
    </Stack>
  );
}

function OnePath({ path, name, value }: { path: Path; name: string; value: DraftPath }) {
  const { schema, readOnly, change } = useEditor();
  const of = schemaAt(schema, 'steps', 'branch', 'paths');
  const list = [...path, 'steps'];
  const steps: DraftStep[] = value.steps ?? [];
  const insert = (at: number, step: DraftStep) => change((text) => insertStep(text, at, step, list));
  return (
    <section className={classes.path} aria-label={`Path ${value.name ?? ''}`}>
      <Group gap="xs" justify="space-between" wrap="nowrap" mb="sm">
        <Group gap="xs" wrap="nowrap">
          <IconRoute size={18} aria-hidden className={classes.icon} />
          <Title order={3} size="h6">
            {value.name}
          </Title>
          {steps.length === 0 && (
            <Text span size="sm" c="dimmed">
              Discards its records
            </Text>
          )}
        </Group>
        <StepCounts step={name} />
      </Group>
      <StepPreview step={name} />
      {of && <SchemaFields schema={of} path={path} value={value as Record<string, unknown>} omit={['steps']} show={['if']} />}
      <AddStep place={`at the beginning of the path ${value.name ?? ''}`} readOnly={readOnly} onAdd={(s) => insert(0, s)} />
      {steps.map((step, n) => (
        <Fragment key={n}>
          <NestedStep list={list} at={n} steps={steps} step={step} />
          <AddStep place={`behind step ${n + 1} of the path ${value.name ?? ''}`} readOnly={readOnly} onAdd={(s) => insert(n + 1, s)} />
        </Fragment>
      ))}
    </section>
  );
}

function NestedStep({ list, at, steps, step }: { list: Path; at: number; steps: DraftStep[]; step: DraftStep }) {
  const { flow, readOnly, problems, change } = useEditor();
  const [open, setOpen] = useState(false);
  const path = [...list, at];
  const name = placesOf(flow.steps ?? []).find((p) => p.step === step)?.name ?? '';
  const move = (to: number) => change((text) => moveStep(text, at, to, list));
  const actions = {
    up: at > 0 ? () => move(at - 1) : undefined,
    down: at < steps.length - 1 ? () => move(at + 1) : undefined,
    remove: () => change((text) => removeStep(text, at, list)),
  };
  return <OneStep path={path} name={name} step={step} open={open || isWrong(problems, pathText(path))} onToggle={() => setOpen(!open)} actions={readOnly ? undefined : actions} />;
}
