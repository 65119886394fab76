import { Badge, Button, Group, SegmentedControl, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconBug, IconDownload, IconPlayerStop, IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';

import { api, query } from '../../api/client';
import type { Connection, DebugEntry } from '../../api/schema';
import { keptFresh, useFreshList } from '../../api/useFreshList';
import { exactText } from '../../parts/Ago';
import { Ask } from '../../parts/Ask';
import { download } from '../../parts/download';
import { Empty } from '../../parts/Empty';
import { Explain } from '../../parts/Explain';
import { countText } from '../../parts/numbers';
import { parts } from '../../parts/paging';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { type Column, DataTable } from '../../parts/table/DataTable';
import { refresh } from '../connections/useEditor';
import classes from './debug.module.css';
import { asLines, timeLeft } from './debug';
import { EntryPane } from './EntryPane';

const atOnce = 200;
const mostAtOnce = 1000;

/** What is logged, as far as it was scrolled to; what comes while the log is on. */
function useEntries(name: string, on: boolean) {
  const path = '/api/v1/connections/{name}/debug';
  const init = { params: { path: { name }, query: { limit: atOnce } } };
  const part = async (before: number) => (await api.GET(path, { params: { path: { name }, query: { limit: atOnce, before } } })).data ?? { items: [] };
  useFreshList<DebugEntry>({ key: query.queryOptions('get', path, init).queryKey, part, changes: () => false, often: 2_000, seldom: on ? 2_000 : false });
  return query.useInfiniteQuery('get', path, init, { ...parts, ...keptFresh });
}

/** The debug log of a connection: every request and answer while it is on, secrets masked. */
export function DebugLog({ connection }: { connection: Connection }) {
  const { name } = connection;
  const path = { params: { path: { name } } };
  const [shown, setShown] = useState<DebugEntry>();
  const [clearing, setClearing] = useState(false);
  const left = useTimeLeft(connection.debug_until);
  const queries = useQueryClient();
  const entries = useEntries(name, !!left);
  const clear = useMutation({
    mutationFn: () => api.DELETE('/api/v1/connections/{name}/debug', path),
    onSuccess: async () => {
      setClearing(false);
      await queries.invalidateQueries({ queryKey: ['get', '/api/v1/connections/{name}/debug'] });
    },
  });
  const save = useMutation({ mutationFn: async () => download(`${name}-debug.jsonl`, asLines(await all(name)), 'application/jsonl') });
  const items = useMemo(() => entries.data?.pages.flatMap((p) => p.items) ?? [], [entries.data]);
  return (
    <Stack>
      <Control name={name} left={left} />
      <Explain error={entries.error ?? save.error} />
      {entries.isPending && <PageSkeleton />}
      {entries.data && items.length === 0 && (
        <Empty title={left ? 'Waiting for the first request' : 'Nothing is logged'}>
          {left ? 'Test the connection or run a flow: requests appear here by themselves.' : 'Start the log, then test the connection or run a flow. Requests and answers appear here with their secrets masked, and the log ends by itself.'}
        </Empty>
      )}
      {items.length > 0 && (
        <>
          <Group justify="space-between">
            <Text size="sm" c="dimmed" aria-live="polite">
              {entries.hasNextPage ? 'Requests' : items.length === 1 ? '1 request' : `${countText(items.length)} requests`}, newest first
            </Text>
            <Group gap="xs">
              <Button variant="default" size="xs" leftSection={<IconDownload size={16} aria-hidden />} loading={save.isPending} onClick={() => save.mutate()}>
                Download
              </Button>
              <Button variant="default" size="xs" leftSection={<IconTrash size={16} aria-hidden />} onClick={() => setClearing(true)}>
                Clear
              </Button>
            </Group>
          </Group>
          <div className={classes.log}>
            <DataTable label={`Debug log of ${name}`} columns={columns} rows={items} idOf={(e) => e.id} onOpen={setShown} more={entries} rowHeight={44} />
          </div>
        </>
      )}
      {shown && <EntryPane entry={shown} onClose={() => setShown(undefined)} />}
      <Ask opened={clearing} title="Clear the debug log?" yes="Clear" danger pending={clear.isPending} error={clear.error} onYes={() => clear.mutate()} onNo={() => setClearing(false)}>
        All requests that it holds are forgotten.
      </Ask>
    </Stack>
  );
}

/** All that the log holds, not only what is shown; newest first. */
async function all(name: string): Promise<DebugEntry[]> {
  const entries: DebugEntry[] = [];
  for (let before: number | undefined = 0; before !== undefined; ) {
    const page: { data?: { items: DebugEntry[]; next?: number } } = await api.GET('/api/v1/connections/{name}/debug', { params: { path: { name }, query: { limit: mostAtOnce, ...(before > 0 && { before }) } } });
    entries.push(...(page.data?.items ?? []));
    before = page.data?.next;
  }
  return entries;
}

/** Counts down each second. It ticks while the log is off too, so that one that starts shows its full time. */
function useTimeLeft(until: string | undefined): string | undefined {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 1000);
    return () => clearInterval(timer);
  }, []);
  return timeLeft(until, now);
}

function Control({ name, left }: { name: string; left?: string }) {
  const [minutes, setMinutes] = useState('15');
  const queries = useQueryClient();
  const set = useMutation({
    mutationFn: (m: number) => api.PUT('/api/v1/connections/{name}/debug', { params: { path: { name } }, body: { minutes: m } }),
    onSuccess: () => refresh(queries, name),
  });
  return (
    <>
      <Group gap="sm" mih={40}>
        {left ? (
          <>
            <Badge size="lg" variant="outline" color="green" c="var(--status-good)" leftSection={<IconBug size={14} aria-hidden />}>
              On, <span role="timer">{left}</span> left
            </Badge>
            <Button variant="default" leftSection={<IconPlayerStop size={18} aria-hidden />} loading={set.isPending} onClick={() => set.mutate(0)}>
              Stop
            </Button>
          </>
        ) : (
          <>
            <SegmentedControl aria-label="How long to log" value={minutes} onChange={setMinutes} data={['15', '30', '60'].map((m) => ({ value: m, label: `${m} min` }))} />
            <Button leftSection={<IconBug size={18} aria-hidden />} loading={set.isPending} onClick={() => set.mutate(Number(minutes))}>
              Start debug log
            </Button>
          </>
        )}
      </Group>
      <Explain error={set.error} />
    </>
  );
}

const columns: Column<DebugEntry>[] = [
  { key: 'when', title: 'When', width: 'var(--when-column)', cell: (e) => exactText(e.at) },
  { key: 'method', title: 'Method', width: 84, from: 'sm', cell: (e) => e.method },
  {
    key: 'address',
    title: 'Address',
    cell: (e) => (
      <UnstyledButton w="100%" data-row-main aria-label={`Show ${e.method} ${e.url}`}>
        <Text size="sm" truncate c="var(--mantine-color-anchor)">
          {e.url}
        </Text>
      </UnstyledButton>
    ),
  },
  {
    key: 'answer',
    title: 'Answer',
    width: 96,
    cell: (e) => (
      <Text size="sm" fw={550} c={!e.status || e.status >= 400 ? 'var(--status-bad)' : 'var(--status-good)'}>
        {e.status || 'no answer'}
      </Text>
    ),
  },
  { key: 'took', title: 'Took', width: 100, align: 'right', from: 'sm', cell: (e) => `${e.took_ms} ms` },
];
