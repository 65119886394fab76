import { Group, Text } from '@mantine/core';

import { isJson } from '../../api/jsonCheck';
import { indented } from '../../api/rawJson';
import { Copy } from '../../parts/Copy';

/** The first line of what was sent or answered, and what follows it, as people read it. */
export function readable(text: string): { head: string; body: string } {
  const end = text.indexOf('\n');
  const [head, body] = end < 0 ? ['', text] : [text.slice(0, end), text.slice(end + 1).trim()];
  const start = isJson(body) ? indented(body) : body;
  // A text that begins with a brace has no line of its own before it.
  if (/^[{[<]/.test(head)) return { head: '', body: isJson(text) ? indented(text) : text };
  if (end < 0 && !isJson(body) && body.length < 200) return { head: body, body: '' };
  return { head, body: start };
}

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
