import { Anchor, Progress, Table, Text, Title } from '@mantine/core';
import { Link } from 'react-router';

import type { Run, StepCounts } from '../../api/schema';
import { countText } from '../../parts/numbers';
import { Wide } from '../../parts/Wide';
import classes from './runs.module.css';

/** Records that a step passed on: what an import wrote or found unchanged, what others let through. */
export function passedOn(s: StepCounts): number {
  if (s.kind === 'import') return (s.written ?? 0) + (s.unchanged ?? 0);
  return Math.max(s.in - (s.excluded ?? 0) - (s.failed ?? 0), 0);
}

const columns = ['In', 'Out', 'Created', 'Written', 'Unchanged', 'Excluded', 'Failed'];

/** What each step of a run did, as far as it has got. */
export function Steps({ run }: { run: Run }) {
  if (!run.steps?.length) return null;
  const whole = Math.max(run.counts.read, 1);
  return (
    <section aria-labelledby="steps">
      <Title order={2} size="h5" id="steps" mb="xs">
        Steps
      </Title>
      <Wide label="Steps of the run">
        <Table verticalSpacing="xs" miw={760} className={classes.figures}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th miw={210}>Step</Table.Th>
              <Table.Th w={170} style={{ whiteSpace: 'nowrap' }}>
                Of the records read
              </Table.Th>
              {columns.map((h) => (
                <Table.Th key={h} ta="right">
                  {h}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {(run.exports ?? []).map((e) => (
              <Table.Tr key={`export ${e.export}`}>
                <Name name={e.export} about={e.done ? 'export, read to its end' : 'export'} />
                <Bar label={`Read by ${e.export}`} part={e.read} whole={whole} />
                <Table.Td />
                <Figure value={e.read} />
                <Table.Td colSpan={3} />
                <Figure value={e.filtered ?? 0} />
                <Table.Td />
              </Table.Tr>
            ))}
            {run.steps.map((s) => (
              <Step key={s.step} step={s} whole={whole} run={run.id} />
            ))}
          </Table.Tbody>
        </Table>
      </Wide>
    </section>
  );
}

function Step({ step: s, whole, run }: { step: StepCounts; whole: number; run: number }) {
  const writes = s.kind === 'import';
  return (
    <Table.Tr>
      <Name name={s.step} about={s.reason ? `${s.kind}: ${s.reason}` : s.kind} />
      <Bar label={`Came to ${s.step}`} part={s.in} whole={whole} />
      <Figure value={s.in} />
      <Figure value={passedOn(s)} />
      <Figure value={writes ? (s.created ?? 0) : undefined} />
      <Figure value={writes ? (s.written ?? 0) : undefined} />
      <Figure value={writes ? (s.unchanged ?? 0) : undefined} />
      <Figure value={s.excluded ?? 0} />
      <Table.Td ta="right">
        {s.failed ? (
          <Anchor component={Link} to={`/errors?run=${run}&step=${encodeURIComponent(s.step)}`} size="sm" c="var(--status-bad)" underline="always" aria-label={`${countText(s.failed)} failed in ${s.step}`}>
            {countText(s.failed)}
          </Anchor>
        ) : (
          '0'
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function Name({ name, about }: { name: string; about: string }) {
  return (
    <Table.Td>
      <Text size="sm" fw={550}>
        {name}
      </Text>
      <Text size="xs" c="dimmed">
        {about}
      </Text>
    </Table.Td>
  );
}

function Bar({ label, part, whole }: { label: string; part: number; whole: number }) {
  const percent = Math.min((part / whole) * 100, 100);
  return (
    <Table.Td>
      <Progress value={percent} size="sm" aria-label={label} />
    </Table.Td>
  );
}

function Figure({ value }: { value: number | undefined }) {
  return <Table.Td ta="right">{value === undefined ? '' : countText(value)}</Table.Td>;
}
