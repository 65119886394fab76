import { Anchor, Group, Text } from '@mantine/core';
import { Link } from 'react-router';

import { useEditor } from './editor';

const number = new Intl.NumberFormat('en');

/** How many records the shown run has read from an export. Runs of old versions did not count by export. */
export function ExportCounts({ name }: { name: string }) {
  const { run } = useEditor();
  if (!run) return null;
  const counts = run.exports?.find((e) => e.export === name);
  const filtered = counts?.filtered ? ` · ${number.format(counts.filtered)} filtered` : '';
  return (
    <Text size="sm" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
      {number.format(counts?.read ?? run.counts.read)} read{filtered}
    </Text>
  );
}

/** What the shown run did in a step. */
export function StepCounts({ step }: { step: string }) {
  const { run } = useEditor();
  const counts = run?.steps?.find((s) => s.step === step);
  if (!run || !counts) return null;
  const parts = counts.kind === 'import' ? [`${number.format(counts.written ?? 0)} written`, counts.unchanged ? `${number.format(counts.unchanged)} unchanged` : ''] : [`${number.format(counts.in)} in`];
  if (counts.ignored) parts.push(`${number.format(counts.ignored)} of them passed over`);
  if (counts.excluded) parts.push(`${number.format(counts.excluded)} excluded`);
  return (
    <Group gap={6} wrap="nowrap" visibleFrom="xs">
      <Text size="sm" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
        {parts.filter(Boolean).join(' · ')}
      </Text>
      {!!counts.failed && (
        <Anchor component={Link} to={`/errors?run=${run.id}`} size="sm" c="var(--status-bad)" style={{ whiteSpace: 'nowrap' }}>
          {number.format(counts.failed)} failed
        </Anchor>
      )}
    </Group>
  );
}
