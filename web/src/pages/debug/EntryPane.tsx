import { Code, Drawer, Group, Stack, Text, Title } from '@mantine/core';

import type { DebugEntry } from '../../api/schema';
import { exactText } from '../../parts/Ago';
import { Copy } from '../../parts/Copy';

/** One request and its answer, headers and bodies, secrets masked. */
export function EntryPane({ entry, onClose }: { entry: DebugEntry; onClose: () => void }) {
  return (
    <Drawer opened position="right" size="min(820px, 100vw)" onClose={onClose} title={`${entry.method}, ${entry.status || 'no answer'}, ${entry.took_ms} ms`} closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack>
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {entry.url}
        </Text>
        <Text size="xs" c="dimmed">
          {exactText(entry.at)}
        </Text>
        {entry.error && (
          <Text size="sm" c="var(--status-bad)">
            {entry.error}
          </Text>
        )}
        <Part title="Request" text={entry.request} />
        <Part title="Answer" text={entry.response} />
      </Stack>
    </Drawer>
  );
}

function Part({ title, text }: { title: string; text?: string }) {
  if (!text) return null;
  return (
    <section aria-label={title}>
      <Group justify="space-between" mb={6}>
        <Title order={2} size="h5">
          {title}
        </Title>
        <Copy text={text} />
      </Group>
      <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {text}
      </Code>
    </section>
  );
}
