import { Group, Text, type MantineColor } from '@mantine/core';
import { IconCircleCheck, IconCircleDashed, IconPlugConnectedX, type Icon } from '@tabler/icons-react';

import type { Connection } from '../../api/schema';

const states: Record<string, { label: string; icon: Icon; color: MantineColor }> = {
  online: { label: 'Online', icon: IconCircleCheck, color: 'var(--status-good)' },
  offline: { label: 'Offline', icon: IconPlugConnectedX, color: 'var(--status-bad)' },
  untested: { label: 'Not tested', icon: IconCircleDashed, color: 'dimmed' },
};

/** Whether a connection worked when it was last used, by icon and word. */
export function Status({ connection }: { connection: Pick<Connection, 'status' | 'detail'> }) {
  const state = states[connection.status] ?? { label: connection.status, icon: IconCircleDashed, color: 'dimmed' };
  return (
    <Group gap={6} wrap="nowrap" c={state.color} title={connection.detail}>
      <state.icon size={18} aria-hidden style={{ flexShrink: 0 }} />
      <Text span size="sm" fw={550} c={state.color} style={{ whiteSpace: 'nowrap' }}>
        {state.label}
      </Text>
    </Group>
  );
}
