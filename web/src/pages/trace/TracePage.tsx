import { Button, Card, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconAlertCircle, IconArrowsExchange, IconPlayerPlay, IconSearch } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';

import { query } from '../../api/client';
import type { Trace } from '../../api/schema';
import { exactText } from '../../parts/Ago';
import { Empty } from '../../parts/Empty';
import { Exchange } from '../../parts/Exchange';
import { Explain } from '../../parts/Explain';
import { PageHeader } from '../../parts/PageHeader';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { type Column, DataTable } from '../../parts/table/DataTable';
import { TextLink } from '../../parts/TextLink';
import classes from './trace.module.css';
import { type Happening, timeline } from './timeline';

/** All that happened to a record, found by any of its names. */
export function TracePage() {
  const [search, setSearch] = useSearchParams();
  const key = search.get('key') ?? '';
  return (
    <>
      <PageHeader title="Trace" about="Every run, request, answer and error that touched a record. Find it by its key, the flow's trace key, its external ID or internal ID." />
      <Find key={key} value={key} onFind={(k) => setSearch(k ? { key: k } : {})} />
      {key ? (
        <div className={classes.found}>
          <Found key={key} name={key} />
        </div>
      ) : <Empty title="Which record?">Enter what you know it by, such as an order number or NetSuite&apos;s internal ID.</Empty>}
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
  const list = useMemo(() => trace.data && timeline(trace.data), [trace.data]);
  if (trace.error) return <Explain error={trace.error} title="The record cannot be traced" />;
  if (!trace.data || !list) return <PageSkeleton rows={4} />;
  if (list.length === 0)
    return (
      <Empty title={`Nothing is known of ${name}`}>
        What happens to records is kept for 7 days, unless the server says otherwise. Records that a filter stopped were not touched. Upper and lower case count.
      </Empty>
    );
  return (
    <>
      <div role="status">
        <Summary trace={trace.data} />
      </div>
      <DataTable label={`What happened to ${name}`} columns={columns} rows={list} idOf={(h) => h.id} rowHeight={70} />
      {trace.data.more && (
        <Text size="sm" c="dimmed" mt="sm">
          There is more than is shown here.
        </Text>
      )}
    </>
  );
}

/** What the record is called, and which flows had to do with it. */
function Summary({ trace: t }: { trace: Trace }) {
  const flows = [...new Set([...t.runs.map((r) => r.flow), ...t.touches.map((x) => x.flow), ...t.errors.map((e) => e.flow)])];
  const open = t.errors.filter((e) => e.state === 'open').length;
  return (
    <Card mb="lg" padding="sm" px="md">
      <Group gap="xl">
        {t.names.length > 0 && (
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            <Text span inherit c="dimmed">
              Also known as{' '}
            </Text>
            {t.names.join(', ')}
          </Text>
        )}
        <Text size="sm">
          <Text span inherit c="dimmed">
            {flows.length === 1 ? 'Flow ' : 'Flows '}
          </Text>
          {flows.map((flow, n) => (
            <span key={flow}>
              {n > 0 && ', '}
              <TextLink to={`/flows/${encodeURIComponent(flow)}`}>{flow}</TextLink>
            </span>
          ))}
        </Text>
        <Text size="sm" c={open > 0 ? 'var(--status-bad)' : 'var(--status-good)'} fw={550}>
          {open === 0 ? 'No open error' : open === 1 ? '1 open error' : `${open} open errors`}
        </Text>
      </Group>
    </Card>
  );
}

const icons = { touch: IconArrowsExchange, error: IconAlertCircle, run: IconPlayerPlay };

const columns: Column<Happening>[] = [
  { key: 'when', title: 'When', width: 'var(--when-column)', from: 'sm', cell: (h) => exactText(h.at) },
  { key: 'what', title: 'What', width: 'var(--what-column)', cell: (h) => <What happening={h} /> },
  { key: 'where', title: 'Where', cell: (h) => <Where happening={h} /> },
];

function What({ happening: h }: { happening: Happening }) {
  const Icon = icons[h.what];
  return (
    <>
      <Group gap={6} wrap="nowrap" c={h.bad ? 'var(--status-bad)' : undefined}>
        <Icon size={16} aria-hidden style={{ flexShrink: 0 }} />
        <Text span fw={600} size="sm">
          {h.label}
        </Text>
      </Group>
      <Text size="xs" c="dimmed" hiddenFrom="sm">
        {exactText(h.at)}
      </Text>
    </>
  );
}

function Where({ happening: h }: { happening: Happening }) {
  return (
    <div style={{ overflowWrap: 'anywhere' }}>
      <Text size="sm">
        <TextLink to={h.to}>{h.title}</TextLink>
        {h.where && `, ${h.where}`}
      </Text>
      {h.message && (
        <Text size="sm" mt={4}>
          {h.message}
        </Text>
      )}
      {h.names && (
        <Text size="xs" c="dimmed" mt={4}>
          {h.names}
        </Text>
      )}
      {h.texts.length > 0 && (
        <details>
          <Text component="summary" size="sm" mt={6} style={{ cursor: 'pointer' }}>
            {h.texts.map(([title]) => title).join(' and ')}
          </Text>
          <Stack gap="xs" mt="xs">
            {h.texts.map(([title, text]) => (
              <Exchange key={title} title={title} text={text} />
            ))}
          </Stack>
        </details>
      )}
    </div>
  );
}
