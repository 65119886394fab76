import { Anchor, Button, Group, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';

import { api, query } from '../api/client';
import { useRefresh } from '../api/runs';
import type { Notice } from '../api/schema';
import { Ago } from '../parts/Ago';
import { Explain } from '../parts/Explain';
import { useMay } from '../session';
import classes from './notices.module.css';

const abouts = [
  { value: 'all', label: 'All' },
  { value: 'connection', label: 'Connections' },
  { value: 'flow', label: 'Flows' },
  { value: 'closed', label: 'Closed' },
];

/** The notices, all or of one kind of thing, and those that are over. */
export function NoticeList({ open, error, onGo, onClosed }: { open: Notice[]; error: unknown; onGo: () => void; onClosed: () => void }) {
  const mayClose = useMay('connections.edit');
  const refresh = useRefresh();
  const [about, setAbout] = useState('all');
  const past = query.useQuery('get', '/api/v1/notices', { params: { query: { limit: 50 } } }, { enabled: about === 'closed' });
  const items = about === 'closed' ? (past.data?.items.filter((n) => n.closed_at) ?? []) : open.filter((n) => about === 'all' || n.noun === about);
  const closeAll = useMutation({
    mutationFn: () => Promise.all(items.map((n) => api.POST('/api/v1/notices/{id}/close', { params: { path: { id: n.id } } }))),
    onSettled: () => {
      refresh('/api/v1/notices', '/api/v1/attention');
      onClosed();
    },
  });
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Title order={2} size="h6">
          Notices
        </Title>
        {mayClose && about !== 'closed' && items.length > 1 && (
          <Button size="compact-xs" variant="subtle" loading={closeAll.isPending} onClick={() => closeAll.mutate()}>
            Dismiss all
          </Button>
        )}
      </Group>
      <SegmentedControl aria-label="Which notices" size="xs" fullWidth data={abouts} value={about} onChange={setAbout} />
      <Explain error={error ?? closeAll.error ?? past.error} />
      {items.length === 0 && !error && (
        <Text size="sm" c="dimmed" py="xs">
          {about === 'closed' ? 'No notice has been closed yet.' : about === 'all' ? 'Nothing needs you. When a connection goes offline or a certificate is about to end, it is told here.' : 'None of these.'}
        </Text>
      )}
      <div className={classes.items} role="region" aria-label="List of notices" tabIndex={items.length > 2 ? 0 : undefined}>
        {items.map((n) => (
          <NoticeItem key={n.id} notice={n} onGo={onGo} onClosed={onClosed} />
        ))}
      </div>
    </Stack>
  );
}

/** One notice. The button that dismisses it goes with it, so the focus has to be given a place. */
function NoticeItem({ notice, onGo, onClosed }: { notice: Notice; onGo: () => void; onClosed: () => void }) {
  const mayClose = useMay('connections.edit');
  const refresh = useRefresh();
  const close = query.useMutation('post', '/api/v1/notices/{id}/close', {
    onSuccess: () => {
      refresh('/api/v1/notices', '/api/v1/attention');
      onClosed();
    },
  });
  const page = `/connections/${encodeURIComponent(notice.name)}`;
  return (
    <div className={classes.item}>
      <Text size="sm" fw={550} style={{ overflowWrap: 'anywhere' }}>
        {notice.message}
      </Text>
      {notice.remedy && <Text size="sm">{notice.remedy}</Text>}
      <Group justify="space-between" gap="xs" mt={4}>
        <Group gap="sm">
          {notice.noun === 'connection' && (
            <Anchor component={Link} to={notice.code === 'connection.offline' ? `${page}/doctor` : page} size="sm" onClick={onGo}>
              {notice.code === 'connection.offline' ? 'Find out why' : `Open ${notice.name}`}
            </Anchor>
          )}
          {notice.noun === 'flow' && (
            <Anchor component={Link} to={`/flows/${encodeURIComponent(notice.name)}`} size="sm" onClick={onGo}>
              Open {notice.name}
            </Anchor>
          )}
          <Text size="sm" c="dimmed">
            <Ago at={notice.at} />
            {notice.closed_at && `, ${notice.closed_by ? `dismissed by ${notice.closed_by}` : 'the cause is gone'}`}
          </Text>
        </Group>
        {mayClose && !notice.closed_at && (
          <Button size="compact-xs" variant="subtle" loading={close.isPending} aria-label={`Dismiss: ${notice.message}`} onClick={() => close.mutate({ params: { path: { id: notice.id } } })}>
            Dismiss
          </Button>
        )}
      </Group>
      <Explain error={close.error} />
    </div>
  );
}
