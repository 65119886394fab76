import { Badge, Button, Group, SegmentedControl, Stack, Table, Text, UnstyledButton } from '@mantine/core';
import { IconBug, IconDownload, IconPlayerStop, IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

import { api, query } from '../../api/client';
import type { Connection, DebugEntry } from '../../api/schema';
import { exactText } from '../../parts/Ago';
import { Ask } from '../../parts/Ask';
import { download } from '../../parts/download';
import { Empty } from '../../parts/Empty';
import { Explain } from '../../parts/Explain';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { Wide } from '../../parts/Wide';
import { refresh } from '../connections/useEditor';
import { asLines, timeLeft } from './debug';
import { EntryPane } from './EntryPane';

const shownAtOnce = 100;
const mostShown = 1000;

/** The debug log of a connection: every request and answer while it is on, secrets masked. */
export function DebugLog({ connection }: { connection: Connection }) {
  const { name } = connection;
  const path = { params: { path: { name } } };
  const [limit, setLimit] = useState(shownAtOnce);
  const [shown, setShown] = useState<DebugEntry>();
  const [clearing, setClearing] = useState(false);
  const left = useTimeLeft(connection.debug_until);
  const queries = useQueryClient();
  const entries = query.useQuery('get', '/api/v1/connections/{name}/debug', { params: { path: { name }, query: { limit } } }, { refetchInterval: left ? 2000 : false });
  const clear = useMutation({
    mutationFn: () => api.DELETE('/api/v1/connections/{name}/debug', path),
    onSuccess: async () => {
      setClearing(false);
      await queries.invalidateQueries({ queryKey: ['get', '/api/v1/connections/{name}/debug'] });
    },
  });
  const save = useMutation({ mutationFn: async () => download(`${name}-debug.jsonl`, asLines(await all(name)), 'application/jsonl') });
  const items = entries.data?.items ?? [];
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
              {items.length === 1 ? '1 request' : `${items.length} requests`}, newest first
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
          <Entries name={name} items={items} onShow={setShown} />
          {entries.data?.next !== undefined && limit < mostShown && (
            <Button variant="subtle" onClick={() => setLimit(limit + shownAtOnce)}>
              Show more
            </Button>
          )}
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
    const page: { data?: { items: DebugEntry[]; next?: number } } = await api.GET('/api/v1/connections/{name}/debug', { params: { path: { name }, query: { limit: mostShown, ...(before > 0 && { before }) } } });
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

function Entries({ name, items, onShow }: { name: string; items: DebugEntry[]; onShow: (entry: DebugEntry) => void }) {
  return (
    <Wide label={`Debug log of ${name}`}>
      <Table miw={720} highlightOnHover aria-label={`Debug log of ${name}`} fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={190}>When</Table.Th>
            <Table.Th w={80}>Method</Table.Th>
            <Table.Th>Address</Table.Th>
            <Table.Th w={110}>Answer</Table.Th>
            <Table.Th w={90} ta="right">
              Took
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((e) => (
            <Table.Tr key={e.id}>
              <Table.Td style={{ whiteSpace: 'nowrap' }}>{exactText(e.at)}</Table.Td>
              <Table.Td>{e.method}</Table.Td>
              <Table.Td maw={0} style={{ width: '100%' }}>
                <UnstyledButton onClick={() => onShow(e)} w="100%" aria-label={`Show ${e.method} ${e.url}`}>
                  <Text size="sm" truncate c="var(--mantine-color-anchor)">
                    {e.url}
                  </Text>
                </UnstyledButton>
              </Table.Td>
              <Table.Td>
                <Text size="sm" fw={550} c={!e.status || e.status >= 400 ? 'var(--status-bad)' : 'var(--status-good)'}>
                  {e.status || 'no answer'}
                </Text>
              </Table.Td>
              <Table.Td ta="right" style={{ whiteSpace: 'nowrap' }}>{e.took_ms} ms</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}
