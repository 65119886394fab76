import { Badge, Button, Card, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useSearchParams } from 'react-router';

import { query } from '../../api/client';
import { Ago } from '../../parts/Ago';
import { Empty } from '../../parts/Empty';
import { Explain } from '../../parts/Explain';
import { PageHeader } from '../../parts/PageHeader';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { TextLink } from '../../parts/TextLink';
import { type Happening, timeline } from './timeline';

/** All that happened to a record, found by any of its names. */
export function TracePage() {
  const [search, setSearch] = useSearchParams();
  const key = search.get('key') ?? '';
  return (
    <>
      <PageHeader title="Trace" about="Every run, request, answer and error that touched a record. Find it by its key, the flow's trace key, its external ID or internal ID." />
      <Find key={key} value={key} onFind={(k) => setSearch(k ? { key: k } : {})} />
      {key ? <Found name={key} /> : <Empty title="Which record?">Enter what you know it by, such as an order number or NetSuite&apos;s internal ID.</Empty>}
    </>
  );
}

function Find({ value, onFind }: { value: string; onFind: (key: string) => void }) {
  const [text, setText] = useState(value);
  return (
    <form
      role="search"
      onSubmit={(e) => {
        e.preventDefault();
        onFind(text.trim());
      }}
    >
      <Group mb="lg" gap="sm" align="flex-end" wrap="nowrap">
        <TextInput label="Key or ID" value={text} maxLength={500} flex={1} maw={520} leftSection={<IconSearch size={16} aria-hidden />} onChange={(e) => setText(e.currentTarget.value)} />
        <Button type="submit">Find</Button>
      </Group>
    </form>
  );
}

function Found({ name }: { name: string }) {
  const trace = query.useQuery('get', '/api/v1/trace', { params: { query: { key: name } } });
  if (trace.error) return <Explain error={trace.error} title="The record cannot be traced" />;
  if (!trace.data) return <PageSkeleton rows={4} />;
  const list = timeline(trace.data);
  if (list.length === 0) return <Empty title="Nothing is known of this record">What happens to records is kept for 7 days, unless the server says otherwise. Records that a filter stopped were not touched.</Empty>;
  return (
    <Stack gap="sm" aria-live="polite">
      {trace.data.names.length > 0 && (
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          Also known as {trace.data.names.join(', ')}
        </Text>
      )}
      <Stack component="ol" gap="sm" p={0} m={0} style={{ listStyle: 'none' }} aria-label="What happened, newest first">
        {list.map((h) => (
          <Step key={h.id} happening={h} />
        ))}
      </Stack>
      {trace.data.more && (
        <Text size="sm" c="dimmed">
          There is more than is shown here.
        </Text>
      )}
    </Stack>
  );
}

function Step({ happening: h }: { happening: Happening }) {
  return (
    <Card component="li" withBorder padding="sm">
      <Group justify="space-between" gap="sm" align="flex-start">
        <Group gap="xs">
          <Badge fw={h.bad ? 700 : 500}>{h.label}</Badge>
          <Text size="sm">
            <TextLink to={h.to}>{h.what}</TextLink>
            {h.where && `, ${h.where}`}
          </Text>
        </Group>
        <Ago at={h.at} size="sm" />
      </Group>
      {h.message && (
        <Text size="sm" mt={6} style={{ overflowWrap: 'anywhere' }}>
          {h.message}
        </Text>
      )}
      {h.names && (
        <Text size="xs" c="dimmed" mt={4} style={{ overflowWrap: 'anywhere' }}>
          {h.names}
        </Text>
      )}
      {h.texts.map(([title, text]) => (
        <details key={title}>
          <Text component="summary" size="sm" mt={6} style={{ cursor: 'pointer' }}>
            {title}
          </Text>
          <pre className="json" style={{ maxHeight: 'none' }}>
            {text}
          </pre>
        </details>
      ))}
    </Card>
  );
}
