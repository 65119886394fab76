import { Badge, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';

import { query } from '../../api/client';
import { useRefresh } from '../../api/runs';
import type { Channel } from '../../api/schema';
import { Ask } from '../../parts/Ask';
import { Empty } from '../../parts/Empty';
import { Explain } from '../../parts/Explain';
import { PageHeader } from '../../parts/PageHeader';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { ChannelForm } from './ChannelForm';
import { Messages } from './Messages';

/** Webhooks and e-mail that tell what has happened. */
export function Channels() {
  const channels = query.useQuery('get', '/api/v1/channels');
  const [editing, setEditing] = useState<Channel | 'new'>();
  const create = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setEditing('new')}>
      Create channel
    </Button>
  );
  return (
    <>
      <PageHeader title="Channels" about="Tell people and programs outside of failed runs, record errors, offline connections and missed schedules. The same event is told once in a while, with a count.">
        {create}
      </PageHeader>
      {channels.error ? (
        <Explain error={channels.error} title="The channels cannot be shown" />
      ) : !channels.data ? (
        <PageSkeleton rows={3} />
      ) : channels.data.items.length === 0 ? (
        <Empty title="No channels yet">Make one for a webhook or for e-mail, then send a test message.</Empty>
      ) : (
        <Stack>
          {channels.data.items.map((c) => (
            <ChannelCard key={c.id} channel={c} onEdit={() => setEditing(c)} />
          ))}
        </Stack>
      )}
      {editing && <ChannelForm channel={editing === 'new' ? undefined : editing} onClose={() => setEditing(undefined)} />}
    </>
  );
}

function ChannelCard({ channel: c, onEdit }: { channel: Channel; onEdit: () => void }) {
  const refresh = useRefresh();
  const [deleting, setDeleting] = useState(false);
  const [open, setOpen] = useState(false);
  const at = { params: { path: { name: c.id ?? c.name } } };
  const test = query.useMutation('post', '/api/v1/channels/{name}/test', { onSuccess: (sent) => notifications.show({ message: `Sent to ${sent.to}` }) });
  const remove = query.useMutation('delete', '/api/v1/channels/{name}', { onSuccess: () => refresh('/api/v1/channels') });
  return (
    <Card withBorder component="section" aria-label={c.name}>
      <Group justify="space-between" align="flex-start" gap="sm">
        <div>
          <Group gap="xs">
            <Title order={2} size="h4">
              {c.name}
            </Title>
            <Badge variant="light">{c.kind === 'email' ? 'E-mail' : 'Webhook'}</Badge>
            {c.disabled && <Badge color="gray">Off</Badge>}
          </Group>
          <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {c.kind === 'email' ? c.to?.join(', ') : c.url}
          </Text>
          <Text size="sm" c="dimmed">
            {c.events?.length ? c.events.join(', ') : 'All events'}, {c.integrations?.length ? c.integrations.join(', ') : 'all integrations'}
          </Text>
        </div>
        <Group gap="xs">
          <Button size="xs" variant="default" loading={test.isPending} onClick={() => test.mutate(at)}>
            Send test
          </Button>
          <Button size="xs" variant="default" aria-expanded={open} onClick={() => setOpen(!open)}>
            Messages
          </Button>
          <Button size="xs" variant="default" onClick={onEdit}>
            Change
          </Button>
          <Button size="xs" variant="default" onClick={() => setDeleting(true)}>
            Delete
          </Button>
        </Group>
      </Group>
      <Explain error={test.error} title="The test message was not sent" />
      {open && <Messages channel={c.id ?? c.name} />}
      <Ask opened={deleting} title={`Delete the channel ${c.name}?`} yes="Delete" danger pending={remove.isPending} error={remove.error} onNo={() => setDeleting(false)} onYes={() => remove.mutate(at)}>
        What it has still to tell is not told.
      </Ask>
    </Card>
  );
}
