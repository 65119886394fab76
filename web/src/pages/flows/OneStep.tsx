import { Stack } from '@mantine/core';
import { IconArrowsShuffle, IconArrowsSplit, IconDatabaseImport, IconDatabaseSearch, IconFilter, IconTable } from '@tabler/icons-react';

import { type DraftStep, type Path, pathText } from '../../flow/document';
import { schemaAt } from '../../flow/schema';
import { kindOf, type StepKind, stepSummary } from '../../flow/steps';
import { wayOf } from '../../flow/ways';
import { BranchPaths } from './BranchPaths';
import { useEditor } from './editor';
import { Endpoint } from './Endpoint';
import { FieldGrid } from './FieldGrid';
import { Lookup } from './Lookup';
import { StepPreview } from './PreviewRecord';
import { StepCounts } from './RunCounts';
import { SchemaField } from './SchemaField';
import { SchemaFields } from './SchemaFields';
import { StepCard, type StepActions } from './StepCard';

const icons = { filter: IconFilter, map: IconArrowsShuffle, fields: IconTable, lookup: IconDatabaseSearch, branch: IconArrowsSplit, import: IconDatabaseImport };
const titles: Record<StepKind, string> = { filter: 'Filter', map: 'Map', fields: 'Fields', lookup: 'Lookup', branch: 'Branch', import: 'Import' };

/** Reports whether a problem was found at a place or within it. */
export function isWrong(problems: Record<string, string>, at: string): boolean {
  return Object.keys(problems).some((p) => p === at || p.startsWith(`${at}.`));
}

interface Props {
  /** Where the step stands in the flow. */
  path: Path;
  /** The name under which runs count it. */
  name: string;
  step: DraftStep;
  open: boolean;
  onToggle: () => void;
  actions?: StepActions;
}

/** A step of the flow, or of a branch's path: what it does, and its form. */
export function OneStep({ path, name, step, open, onToggle, actions }: Props) {
  const { schema, problems } = useEditor();
  const kind = kindOf(step);
  const at = [...path, kind];
  const part = schemaAt(schema, 'steps', kind);
  const nameSchema = schemaAt(schema, 'steps', 'name');
  return (
    <StepCard
      icon={icons[kind]}
      title={step.name || titles[kind]}
      summary={stepSummary(step, wayOf(kind === 'lookup' ? step.lookup : step.import, part))}
      open={open}
      wrong={isWrong(problems, pathText(path))}
      onToggle={onToggle}
      counts={<StepCounts step={name} />}
      preview={<StepPreview step={name} />}
      actions={actions}
      nested={step.branch && <BranchPaths path={at} name={name} branch={step.branch} />}
    >
      <Stack gap="md">
        {part && kind === 'import' && <Endpoint path={at} schema={part} value={step.import as Record<string, unknown> | undefined} question="What to import" />}
        {part && kind === 'lookup' && <Lookup path={at} schema={part} value={step.lookup as Record<string, unknown> | undefined} />}
        {part && kind === 'fields' && <FieldGrid schema={part} path={at} value={step.fields} />}
        {part && kind === 'filter' && <SchemaFields schema={part} path={at} value={step.filter as Record<string, unknown> | undefined} />}
        {part && kind === 'branch' && <SchemaFields schema={part} path={at} value={step.branch as Record<string, unknown> | undefined} omit={['paths']} show={['take']} />}
        {part && kind === 'map' && <SchemaField name="query" schema={{ ...part, type: 'string' }} path={at} value={step.map} label="Mapping" minRows={6} />}
        {nameSchema && <SchemaField name="name" schema={nameSchema} path={[...path, 'name']} value={step.name} label="Step name" />}
      </Stack>
    </StepCard>
  );
}
