import { Stack, Text } from '@mantine/core';

import { api, query } from '../../api/client';
import type { Message } from '../../api/schema';
import { keptFresh, useFreshList } from '../../api/useFreshList';
import { Ago } from '../../parts/Ago';
import { Explain } from '../../parts/Explain';
import { MoreButton } from '../../parts/MoreButton';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { parts } from '../../parts/paging';
import classes from './messages.module.css';

const atOnce = 50;

/** What a channel has told and is to tell, newest first, with failures. */
export function Messages({ channel }: { channel: string }) {
  const path = '/api/v1/channels/{name}/messages';
  const init = { params: { path: { name: channel }, query: { limit: atOnce } } };
  const part = async (before: number) => (await api.GET(path, { params: { path: { name: channel }, query: { limit: atOnce, before } } })).data ?? { items: [] };
  useFreshList<Message>({ key: query.queryOptions('get', path, init).queryKey, part, changes: (m) => m.state === 'waiting', often: 5_000, seldom: 5_000 });
  const messages = query.useInfiniteQuery('get', path, init, { ...parts, ...keptFresh });
  if (messages.error) return <Explain error={messages.error} title="The messages cannot be shown" />;
  if (!messages.data) return <PageSkeleton rows={2} />;
  const rows = messages.data.pages.flatMap((p) => p.items);
  if (rows.length === 0)
    return (
      <Text size="sm" mt="sm">
        The channel has told nothing yet.
      </Text>
    );
  return (
    <Stack gap="sm" mt="md" aria-label="Messages" role="list">
      {rows.map((m) => (
        <div key={m.id} role="listitem" className={classes.message}>
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {m.event.message}
            {m.repeats > 1 && ` (${m.repeats} times)`}
          </Text>
          <Text size="xs" c="dimmed" component="div">
            {m.event.code} · {m.state === 'sent' ? 'sent' : m.state === 'waiting' ? 'leaves' : 'given up'} <Ago at={m.state === 'sent' ? m.sent_at : m.due_at} />
          </Text>
          {m.error && m.state !== 'sent' && (
            <Text size="xs" c="red.9" style={{ overflowWrap: 'anywhere' }}>
              Attempt {m.attempts} failed: {m.error}
            </Text>
          )}
        </div>
      ))}
      <MoreButton list={messages} />
    </Stack>
  );
}
