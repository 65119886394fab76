import { Badge, Button, Group, Paper, Skeleton, Stack, Text } from '@mantine/core';
import { IconDeviceDesktop, IconDeviceMobile } from '@tabler/icons-react';
import { notifications } from '@mantine/notifications';

import { query } from '../../api/client';
import { useRefresh } from '../../api/runs';
import type { Session } from '../../api/schema';
import { Ago } from '../../parts/Ago';
import { Explain } from '../../parts/Explain';

/** The browsers in which a person is logged in, one's own without user. */
export function Sessions({ user }: { user?: string }) {
  const list = query.useQuery('get', '/api/v1/sessions', { params: { query: { user } } });
  const refresh = useRefresh();
  const changed = () => refresh('/api/v1/sessions', '/api/v1/users');
  const end = query.useMutation('delete', '/api/v1/sessions/{id}', { onSuccess: changed });
  const endAll = query.useMutation('post', '/api/v1/sessions/end', {
    onSuccess: ({ ended }) => {
      notifications.show({ message: ended === 1 ? 'One session is ended' : `${ended} sessions are ended` });
      changed();
    },
  });
  if (list.error) return <Explain error={list.error} title="The sessions cannot be shown" />;
  if (!list.data) return <Skeleton h={132} aria-label="The sessions are loading" />;
  const rows = list.data.items;
  const others = rows.filter((s) => !s.current).length;
  return (
    <Stack gap="sm">
      {rows.length === 0 && (
        <Text size="sm" c="dimmed">
          Not logged in anywhere.
        </Text>
      )}
      <Stack gap="xs" role="list" aria-label="Sessions">
        {rows.map((s) => (
          <OneSession key={s.id} session={s} pending={end.isPending && end.variables.params.path.id === s.id} onEnd={() => end.mutate({ params: { path: { id: s.id } } })} />
        ))}
      </Stack>
      <Explain error={end.error ?? endAll.error} />
      {others > 1 && (
        <Group justify="flex-end">
          <Button variant="default" size="xs" loading={endAll.isPending} onClick={() => endAll.mutate({ params: { query: { user } } })}>
            {user ? 'End all sessions' : 'End all other sessions'}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function OneSession({ session: s, pending, onEnd }: { session: Session; pending: boolean; onEnd: () => void }) {
  const Device = /iPhone|iPad|Android/.test(s.device) ? IconDeviceMobile : IconDeviceDesktop;
  return (
    <Paper withBorder p="sm" role="listitem">
      <Group wrap="nowrap" gap="sm">
        <Device size={22} aria-hidden style={{ flexShrink: 0 }} />
        <div style={{ flex: 1, minWidth: 0 }}>
          <Group gap={8}>
            <Text size="sm" fw={550}>
              {s.device}
            </Text>
            {s.current && <Badge size="sm">This browser</Badge>}
          </Group>
          <Text size="xs" c="dimmed">
            {s.remote} · begun <Ago at={s.begun_at} /> · seen <Ago at={s.seen_at} />
          </Text>
        </div>
        {!s.current && (
          <Button variant="default" size="xs" loading={pending} onClick={onEnd} aria-label={`End the session of ${s.device}`}>
            End
          </Button>
        )}
      </Group>
    </Paper>
  );
}
