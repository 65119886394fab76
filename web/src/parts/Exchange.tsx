import { Group, Text } from '@mantine/core';

import { Copy } from './Copy';
import { readable } from './readable';

/** A request or an answer, secrets masked by the server. */
export function Exchange({ title, text }: { title: string; text: string }) {
  const { head, body } = readable(text);
  return (
    <section aria-label={title}>
      <Group justify="space-between" mb={4}>
        <Text size="sm" fw={500}>
          {title}
        </Text>
        <Copy text={text} size="compact-xs" variant="subtle" />
      </Group>
      <pre className="json" style={{ maxHeight: 'none' }}>
        {head && <strong>{head}</strong>}
        {head && body && '\n'}
        {body}
      </pre>
    </section>
  );
}
