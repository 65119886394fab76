import { Group, Progress, Text } from '@mantine/core';

import type { Run, RunEvent } from '../api/schema';
import { rateText } from './numbers';
import { isActive, RunState } from './RunState';

const number = new Intl.NumberFormat('en');

/** Records that are through, whatever became of them. */
export function handled({ counts: c }: Pick<Run, 'counts'>): number {
  return c.written + c.unchanged + c.excluded + c.failed;
}

/** Records a second since the run started. */
export function rateOf(run: Pick<Run, 'counts' | 'started_at' | 'finished_at'>, now: number): number {
  if (!run.started_at) return 0;
  const end = run.finished_at ? Date.parse(run.finished_at) : now;
  const seconds = (end - Date.parse(run.started_at)) / 1000;
  return seconds > 0 ? handled(run) / seconds : 0;
}

const outcomes = [
  { key: 'written', label: 'written', color: 'var(--status-good)' },
  { key: 'unchanged', label: 'unchanged', color: 'var(--mantine-color-blue-7)' },
  { key: 'excluded', label: 'excluded', color: 'var(--mantine-color-gray-6)' },
  { key: 'failed', label: 'failed', color: 'var(--status-bad)' },
] as const;

/** A run's records as a bar: what became of those that were read, and how fast: now where that is known, else on average. */
export function RunProgress({ run, event, now }: { run: Run; event?: RunEvent; now: number }) {
  const { counts } = run;
  const whole = Math.max(counts.read, 1);
  const rate = event?.rate ?? rateOf(run, now);
  const active = isActive(run);
  return (
    <div>
      <Group justify="space-between" gap="sm" mb={8}>
        <RunState run={run} />
        <Text size="sm" c="dimmed" style={{ fontVariantNumeric: 'tabular-nums' }}>
          {number.format(handled(run))} of {number.format(counts.read)}
          {active && !run.export_done ? ' read so far' : ''} · {rateText(rate)} records/s
        </Text>
      </Group>
      <Progress.Root size="lg" aria-hidden>
        {outcomes.map((o) => (
          <Progress.Section key={o.key} value={(counts[o.key] / whole) * 100} color={o.color} animated={active && o.key === 'written'} />
        ))}
      </Progress.Root>
      <Group gap="md" mt={8} component="ul" style={{ listStyle: 'none', padding: 0, margin: 0, fontVariantNumeric: 'tabular-nums' }}>
        {outcomes.map((o) => (
          <Group key={o.key} component="li" gap={6} wrap="nowrap">
            <span aria-hidden style={{ width: 10, height: 10, borderRadius: 3, background: o.color }} />
            <Text size="sm">
              {number.format(counts[o.key])} {o.label}
            </Text>
          </Group>
        ))}
      </Group>
    </div>
  );
}
