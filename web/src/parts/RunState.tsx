import { Group, Text, type MantineColor } from '@mantine/core';
import { type Icon, IconBan, IconCircleCheck, IconCircleX, IconAlertTriangle, IconClock, IconPlayerPlay } from '@tabler/icons-react';

import type { Run } from '../api/schema';

interface State {
  label: string;
  icon: Icon;
  color: MantineColor;
}

/** How a run stands, in words. One that let records fail is not called completed alone. */
export function stateOf(run: Pick<Run, 'state' | 'counts' | 'cancel_asked'>): State {
  switch (run.state) {
    case 'queued':
      return { label: 'Queued', icon: IconClock, color: 'dimmed' };
    case 'running':
      return { label: run.cancel_asked ? 'Stopping' : 'Running', icon: IconPlayerPlay, color: 'var(--mantine-primary-color-light-color)' };
    case 'failed':
      return { label: 'Failed', icon: IconCircleX, color: 'var(--status-bad)' };
    case 'cancelled':
      return { label: 'Cancelled', icon: IconBan, color: 'dimmed' };
    default:
      return run.counts.failed > 0
        ? { label: 'Completed with errors', icon: IconAlertTriangle, color: 'var(--status-warn)' }
        : { label: 'Completed', icon: IconCircleCheck, color: 'var(--status-good)' };
  }
}

/** Whether the run may still change by itself. */
export function isActive(run: Pick<Run, 'state'> | undefined): boolean {
  return run?.state === 'queued' || run?.state === 'running';
}

/** How a run stands, by icon and word. */
export function RunState({ run }: { run: Pick<Run, 'state' | 'counts' | 'cancel_asked'> }) {
  const { label, icon: StateIcon, color } = stateOf(run);
  return (
    <Group gap={6} wrap="nowrap" c={color}>
      <StateIcon size={18} aria-hidden style={{ flexShrink: 0 }} />
      <Text span size="sm" fw={550}>
        {label}
      </Text>
    </Group>
  );
}
