import { Anchor, Table, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
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
import { handled } from '../../parts/RunProgress';
import { isActive, RunState } from '../../parts/RunState';
import { Wide } from '../../parts/Wide';
import { Filters } from './Filters';
import { HistoryChart } from './HistoryChart';
import { sinceOf, timeOf } from './span';

const number = new Intl.NumberFormat('en');
const often = 2_000;
const seldom = 15_000;

/** What the address says of the runs to show. */
function useSelection(search: URLSearchParams) {
  const text = search.toString();
  const [opened] = useState(Date.now);
  return useMemo(() => {
    const chosen = new URLSearchParams(text);
    const state = chosen.get('state');
    return {
      flow: chosen.get('flow') ?? undefined,
      integration: chosen.get('integration') ?? undefined,
      started_by: chosen.get('started_by') ?? undefined,
      state: state ? [state as Run['state']] : undefined,
      since: sinceOf(chosen.get('since'), opened),
      until: timeOf(chosen.get('until')),
    };
  }, [text, opened]);
}

/** All runs, newest first, and how they went over time. */
export function Runs() {
  const [search, setSearch] = useSearchParams();
  const selection = useSelection(search);
  const filtered = Object.values(selection).some(Boolean);
  const runs = query.useInfiniteQuery(
    'get',
    '/api/v1/runs',
    { params: { query: { ...selection, limit: 50 } } },
    { ...parts, refetchInterval: (q) => (q.state.data?.pages.some((p) => p.items.some(isActive)) ? often : seldom) },
  );
  const history = query.useQuery('get', '/api/v1/run-history', { params: { query: selection } }, { refetchInterval: seldom });
  const choose = (values: Record<string, string | undefined>) =>
    setSearch(
      (now) => {
        for (const [key, value] of Object.entries(values)) {
          if (value) now.set(key, value);
          else now.delete(key);
        }
        return now;
      },
      { replace: true },
    );
  const rows = runs.data?.pages.flatMap((p) => p.items);
  return (
    <>
      <PageHeader title="Runs" about="Every execution of a flow, newest first." />
      <Filters search={search} onChoose={choose} />
      {rows?.length !== 0 && <HistoryChart history={history.data} error={history.error} />}
      {runs.error ? (
        <Explain error={runs.error} title="The runs cannot be shown" />
      ) : !rows ? (
        <PageSkeleton rows={8} />
      ) : rows.length === 0 ? (
        <Empty title={filtered ? 'No run is like that' : 'Nothing has run yet'}>
          {filtered ? 'Choose another flow, state or time.' : 'Open a flow and press Run now. Each run shows here what it read, wrote and could not write.'}
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
                <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                  {r.kind === 'retry' ? `retry of errors, ${r.created_by}` : r.created_by}
                </Text>
              </Table.Td>
              <Table.Td>
                <RunState run={r} />
                {r.state === 'running' && (
                  <Text size="xs" c="dimmed" style={{ fontVariantNumeric: 'tabular-nums' }}>
                    {number.format(handled(r))} of {number.format(r.counts.read)}
                  </Text>
                )}
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
