import { Stack, Text } from '@mantine/core';

import { query } from '../../api/client';
import { Ago } from '../../parts/Ago';
import { Explain } from '../../parts/Explain';
import { MoreButton } from '../../parts/MoreButton';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { parts } from '../../parts/paging';

/** What a channel has told and is to tell, newest first, with failures. */
export function Messages({ channel }: { channel: string }) {
  const messages = query.useInfiniteQuery('get', '/api/v1/channels/{name}/messages', { params: { path: { name: channel }, query: { limit: 20 } } }, { ...parts, refetchInterval: 5_000 });
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
        <div key={m.id} role="listitem">
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
