import { Badge, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';

import { query } from '../../../api/client';
import { useRefresh } from '../../../api/runs';
import type { FlowSchedule } from '../../../api/schema';
import { exactText } from '../../../parts/Ago';
import { Explain } from '../../../parts/Explain';
import { useMay } from '../../../session';
import classes from './schedule.module.css';

/** How the stored schedule stands: when it comes due next, and whether somebody has paused it. */
export function Standing({ name, dirty }: { name: string; dirty: boolean }) {
  const mayRun = useMay('runs.control');
  const refresh = useRefresh();
  const stored = query.useQuery('get', '/api/v1/flows/{name}/schedule', { params: { path: { name } } }, { retry: false, refetchInterval: 15_000 });
  const told = (message: string) => ({
    onSuccess: () => {
      notifications.show({ message });
      refresh(`/api/v1/flows/{name}/schedule`);
    },
  });
  const pause = query.useMutation('post', '/api/v1/flows/{name}/schedule/pause', told(`${name} is paused`));
  const resume = query.useMutation('post', '/api/v1/flows/{name}/schedule/resume', told(`${name} comes due again`));
  const s = stored.data;
  if (!s) return <Explain error={stored.error} title="The schedule cannot be shown" />;
  const change = { params: { path: { name } } };
  return (
    <Card padding="lg" component="section" aria-labelledby="schedule-standing">
      <Stack gap="sm">
        <Group justify="space-between" gap="sm">
          <Group gap="sm">
            <Title order={2} size="h4" id="schedule-standing">
              How it stands
            </Title>
            <Badge>{stateOf(s)}</Badge>
          </Group>
          {mayRun &&
            (s.paused ? (
              <Button size="xs" variant="default" leftSection={<IconPlayerPlay size={14} aria-hidden />} loading={resume.isPending} onClick={() => resume.mutate(change)}>
                Resume
              </Button>
            ) : (
              !s.schedule.paused && (
                <Button size="xs" variant="default" leftSection={<IconPlayerPause size={14} aria-hidden />} loading={pause.isPending} onClick={() => pause.mutate(change)}>
                  Pause
                </Button>
              )
            ))}
        </Group>
        <dl className={classes.facts}>
          <dt>Comes due next</dt>
          <dd>{s.enabled && !s.paused && !s.schedule.paused ? (s.next ? exactText(s.next) : 'in a moment') : 'not before it goes on'}</dd>
          <dt>Came due last</dt>
          <dd>{s.last ? exactText(s.last) : 'never'}</dd>
        </dl>
        {s.paused && <Text size="sm">Somebody paused it. Times that pass meanwhile are not made up for.</Text>}
        {!s.enabled && <Text size="sm">The flow is disabled; it does not run by itself.</Text>}
        {dirty && (
          <Text size="sm" c="dimmed">
            Until you save, the stored schedule counts: <code>{s.schedule.cron}</code> in {s.schedule.zone}.
          </Text>
        )}
        <Explain error={pause.error ?? resume.error} />
      </Stack>
    </Card>
  );
}

function stateOf(s: FlowSchedule): string {
  if (!s.enabled) return 'Disabled';
  if (s.schedule.paused) return 'Paused by the file';
  return s.paused ? 'Paused' : 'Active';
}
