import { ActionIcon, Button, Group, Text, TextInput } from '@mantine/core';
import { IconChevronLeft, IconChevronRight, IconCircleCheck, IconCircleX, IconFlask, IconRefresh } from '@tabler/icons-react';
import { useMemo, useState } from 'react';

import { flowBefore } from '../../../flow/condition';
import { type Path, pathText } from '../../../flow/document';
import { pathOf } from '../../../flow/position';
import { Explain } from '../../../parts/Explain';
import { useEditor } from '../editor';
import classes from './condition.module.css';
import { useEvaluation } from './mapping/useEvaluation';
import { type Sample, useSample } from './mapping/useSample';

interface Props {
  label: string;
  description?: string;
  required?: boolean;
  readOnly?: boolean;
  error?: string;
  path: Path;
  value: string;
  onChange: (value: string) => void;
}

/** A condition, with what it says of real records while it is written. */
export function ConditionField({ path, value, onChange, ...common }: Props) {
  const { flow, preview } = useEditor();
  const [tried, setTried] = useState(false);
  const wanted = tried || preview !== undefined;
  // The path is another list at each turn.
  const place = pathText(path);
  const before = useMemo(() => flowBefore(flow, pathOf(place)), [flow, place]);
  const sample = useSample(before, wanted);
  return (
    <div>
      <TextInput {...common} value={value} onChange={(e) => onChange(e.currentTarget.value)} spellCheck={false} classNames={{ input: classes.code }} />
      {sample.may && (
        <div className={classes.tried}>
          {wanted ? (
            <Verdict label={common.label} text={value} sample={sample} />
          ) : (
            <Button variant="subtle" size="compact-xs" ml={-6} leftSection={<IconFlask size={14} aria-hidden />} onClick={() => setTried(true)}>
              Try it with real records
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

/** What the condition says of the record that is shown, with its mistakes at their places. */
function Verdict({ label, text, sample }: { label: string; text: string; sample: Sample }) {
  const { outcome, error, isStale } = useEvaluation({ kind: 'condition', text }, sample.raw, sample.raw !== undefined && text.trim() !== '');
  if (sample.error) return <Explain error={sample.error} title="No record could be read" />;
  if (sample.isLoading) return <Said>Reading records</Said>;
  if (sample.raw === undefined) return <Said>No record comes to this place: nothing to try it with.</Said>;
  return (
    <Group gap={6} wrap="nowrap" align="flex-start" justify="space-between">
      <div role="status" aria-label={`${label}: result`} aria-busy={isStale} style={{ opacity: isStale ? 0.6 : undefined, minWidth: 0 }}>
        {text.trim() === '' ? <Said>What it says of the record shows here.</Said> : error ? <Explain error={error} title="The condition could not be tried" /> : outcome && <Answer outcome={outcome} />}
      </div>
      <Records sample={sample} />
    </Group>
  );
}

function Answer({ outcome }: { outcome: NonNullable<ReturnType<typeof useEvaluation>['outcome']> }) {
  const [problem] = outcome.problems;
  if (problem) {
    return (
      <Text size="xs" c="var(--mantine-color-error)" className={classes.words}>
        {problem.column ? `Column ${problem.column}: ` : ''}
        {problem.message.replace(/^line \d+: /, '')}
      </Text>
    );
  }
  const holds = outcome.value === true;
  return (
    <Group gap={4} wrap="nowrap" c={holds ? 'var(--status-good)' : 'dimmed'}>
      {holds ? <IconCircleCheck size={15} aria-hidden /> : <IconCircleX size={15} aria-hidden />}
      <Text size="xs" fw={600} ff="monospace">
        {String(holds)}
      </Text>
    </Group>
  );
}

function Said({ children }: { children: string }) {
  return (
    <Text size="xs" c="dimmed">
      {children}
    </Text>
  );
}

/** Which of the records it is tried with. */
function Records({ sample }: { sample: Sample }) {
  const buttons = [
    { label: 'Record before', icon: IconChevronLeft, to: sample.index - 1 },
    { label: 'Next record', icon: IconChevronRight, to: sample.index + 1 },
  ];
  return (
    <Group gap={2} wrap="nowrap">
      <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
        record {sample.index + 1} of {sample.count}
      </Text>
      {buttons.map(({ label, icon: StepIcon, to }) => (
        <ActionIcon key={label} size={20} variant="subtle" color="gray" aria-label={`${label}, to try it with`} disabled={to < 0 || to >= sample.count} onClick={() => sample.show(to)}>
          <StepIcon size={14} aria-hidden />
        </ActionIcon>
      ))}
      <ActionIcon size={20} variant="subtle" color="gray" aria-label="Read the records again" onClick={sample.again}>
        <IconRefresh size={14} aria-hidden />
      </ActionIcon>
    </Group>
  );
}
