import { ActionIcon, Anchor, Button, Group, Popover, Stack, Text, Title } from '@mantine/core';
import { IconBell } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { Link } from 'react-router';

import { query } from '../api/client';
import { useRefresh } from '../api/runs';
import type { Notice } from '../api/schema';
import { Ago } from '../parts/Ago';
import { Explain } from '../parts/Explain';
import { useMay } from '../session';
import classes from './notices.module.css';

/** The bell: how many things need somebody, which, and the way there. */
export function Notices() {
  const [open, setOpen] = useState(false);
  const list = useRef<HTMLDivElement>(null);
  const notices = query.useQuery('get', '/api/v1/notices', { params: { query: { open: true } } }, { refetchInterval: 30_000 });
  const items = notices.data?.items ?? [];
  const label = items.length === 0 ? 'Notices' : items.length === 1 ? 'Notices: 1 is open' : `Notices: ${items.length} are open`;
  return (
    <Popover position="bottom-end" width={380} opened={open} onChange={setOpen} trapFocus returnFocus withRoles>
      <Popover.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={label} onClick={() => setOpen(!open)} className={classes.bell}>
          <IconBell size={20} aria-hidden />
          {items.length > 0 && (
            <span className={classes.count} aria-hidden>
              {items.length}
            </span>
          )}
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown maw="calc(100vw - 24px)" aria-label="Notices">
        <Stack ref={list} gap="sm" data-autofocus tabIndex={-1} style={{ outline: 'none' }}>
          <Title order={2} size="h6">
            Notices
          </Title>
          <Explain error={notices.error} />
          {items.length === 0 && !notices.error && (
            <Text size="sm" c="dimmed">
              Nothing needs you. When a connection goes offline or a certificate is about to end, it is told here.
            </Text>
          )}
          {items.map((n) => (
            <NoticeItem key={n.id} notice={n} onGo={() => setOpen(false)} onClosed={() => list.current?.focus()} />
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

/** One notice. The button that dismisses it goes with it, so the focus has to be given a place. */
function NoticeItem({ notice, onGo, onClosed }: { notice: Notice; onGo: () => void; onClosed: () => void }) {
  const mayClose = useMay('connections.edit');
  const refresh = useRefresh();
  const close = query.useMutation('post', '/api/v1/notices/{id}/close', {
    onSuccess: () => {
      refresh('/api/v1/notices');
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
          <Ago at={notice.at} size="sm" c="dimmed" />
        </Group>
        {mayClose && (
          <Button size="compact-xs" variant="subtle" loading={close.isPending} aria-label={`Dismiss: ${notice.message}`} onClick={() => close.mutate({ params: { path: { id: notice.id } } })}>
            Dismiss
          </Button>
        )}
      </Group>
      <Explain error={close.error} />
    </div>
  );
}
