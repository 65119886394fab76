import { Anchor, Group, Select, Table, Text } from '@mantine/core';
import { Link, useSearchParams } from 'react-router';

import { query } from '../../api/client';
import type { Run } from '../../api/schema';
import { Ago } from '../../parts/Ago';
import { durationText } from '../../parts/duration';
import { Empty } from '../../parts/Empty';
import { Explain } from '../../parts/Explain';
import { MoreButton } from '../../parts/MoreButton';
import { PageHeader } from '../../parts/PageHeader';
import { parts } from '../../parts/paging';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { isActive, RunState } from '../../parts/RunState';
import { Wide } from '../../parts/Wide';

const states = [
  { value: 'queued', label: 'Queued' },
  { value: 'running', label: 'Running' },
  { value: 'completed', label: 'Completed' },
  { value: 'failed', label: 'Failed' },
  { value: 'cancelled', label: 'Cancelled' },
];

const number = new Intl.NumberFormat('en');

/** All runs, newest first. */
export function Runs() {
  const [search, setSearch] = useSearchParams();
  const flow = search.get('flow') ?? undefined;
  const state = search.get('state') ?? undefined;
  const flows = query.useQuery('get', '/api/v1/flows');
  const runs = query.useInfiniteQuery(
    'get',
    '/api/v1/runs',
    { params: { query: { flow, state: state ? [state] : undefined, limit: 50 } } },
    { ...parts, refetchInterval: (q) => (q.state.data?.pages.some((p) => p.items.some(isActive)) ? 2_000 : 15_000) },
  );
  const choose = (key: string, value: string | null) =>
    setSearch(
      (now) => {
        if (value) now.set(key, value);
        else now.delete(key);
        return now;
      },
      { replace: true },
    );
  const rows = runs.data?.pages.flatMap((p) => p.items);
  return (
    <>
      <PageHeader title="Runs" about="Every execution of a flow, newest first." />
      <Group mb="md" gap="sm">
        <Select aria-label="Flow" placeholder="All flows" data={flows.data?.items.map((f) => f.flow.name) ?? []} value={flow ?? null} clearable searchable onChange={(v) => choose('flow', v)} clearButtonProps={{ 'aria-label': 'All flows' }} />
        <Select aria-label="State" placeholder="All states" data={states} value={state ?? null} clearable onChange={(v) => choose('state', v)} clearButtonProps={{ 'aria-label': 'All states' }} />
      </Group>
      {runs.error ? (
        <Explain error={runs.error} title="The runs cannot be shown" />
      ) : !rows ? (
        <PageSkeleton rows={8} />
      ) : rows.length === 0 ? (
        <Empty title={flow || state ? 'No run is like that' : 'Nothing has run yet'}>
          {flow || state ? 'Choose another flow or state.' : 'Open a flow and press Run now. Each run shows here what it read, wrote and could not write.'}
        </Empty>
      ) : (
        <RunTable rows={rows} />
      )}
      <MoreButton list={runs} />
    </>
  );
}

function RunTable({ rows }: { rows: Run[] }) {
  return (
    <Wide label="Runs">
      <Table verticalSpacing="sm" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Run</Table.Th>
            <Table.Th>Flow</Table.Th>
            <Table.Th>State</Table.Th>
            <Table.Th visibleFrom="sm">Started</Table.Th>
            <Table.Th visibleFrom="md">Took</Table.Th>
            <Table.Th visibleFrom="sm" ta="right">
              Read
            </Table.Th>
            <Table.Th visibleFrom="md" ta="right">
              Written
            </Table.Th>
            <Table.Th visibleFrom="sm" ta="right">
              Failed
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((r) => (
            <Table.Tr key={r.id}>
              <Table.Td>
                <Anchor component={Link} to={`/runs/${r.id}`} size="sm" fw={550} aria-label={`Run ${r.id} of ${r.flow}`}>
                  {r.id}
                </Anchor>
              </Table.Td>
              <Table.Td>
                <Text size="sm" style={{ overflowWrap: 'break-word' }}>
                  {r.flow}
                </Text>
                {r.kind === 'retry' && (
                  <Text size="xs" c="dimmed">
                    retry of errors
                  </Text>
                )}
              </Table.Td>
              <Table.Td>
                <RunState run={r} />
              </Table.Td>
              <Table.Td visibleFrom="sm">
                <Ago at={r.started_at ?? r.created_at} size="sm" />
              </Table.Td>
              <Table.Td visibleFrom="md">
                <Text size="sm">{r.started_at && r.finished_at ? durationText(Date.parse(r.finished_at) - Date.parse(r.started_at)) : ''}</Text>
              </Table.Td>
              <Count visibleFrom="sm" value={r.counts.read} />
              <Count visibleFrom="md" value={r.counts.written} />
              <Count visibleFrom="sm" value={r.counts.failed} bad />
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}

function Count({ value, bad, visibleFrom }: { value: number; bad?: boolean; visibleFrom: 'sm' | 'md' }) {
  return (
    <Table.Td ta="right" visibleFrom={visibleFrom}>
      <Text size="sm" c={bad && value > 0 ? 'var(--status-bad)' : undefined} style={{ fontVariantNumeric: 'tabular-nums' }}>
        {number.format(value)}
      </Text>
    </Table.Td>
  );
}
