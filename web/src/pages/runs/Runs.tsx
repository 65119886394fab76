import { useMemo, useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';

import { api, query } from '../../api/client';
import type { Run } from '../../api/schema';
import { keptFresh, useFreshList } from '../../api/useFreshList';
import { Empty } from '../../parts/Empty';
import { Explain } from '../../parts/Explain';
import { PageHeader } from '../../parts/PageHeader';
import { parts } from '../../parts/paging';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { isActive } from '../../parts/RunState';
import { DataTable } from '../../parts/table/DataTable';
import { columns } from './columns';
import { Filters } from './Filters';
import { HistoryChart } from './HistoryChart';
import { sinceOf, timeOf } from './span';

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

/** How many runs one answer has. */
const atOnce = 200;

/** The runs that are chosen, as many as were scrolled to. */
function useAllRuns(selection: ReturnType<typeof useSelection>) {
  const chosen = { ...selection, limit: atOnce };
  const init = { params: { query: chosen } };
  const part = async (before: number) => {
    const { data } = await api.GET('/api/v1/runs', { params: { query: { ...chosen, before } } });
    return data ?? { items: [] };
  };
  useFreshList<Run>({ key: query.queryOptions('get', '/api/v1/runs', init).queryKey, part, changes: isActive, often, seldom });
  return query.useInfiniteQuery('get', '/api/v1/runs', init, { ...parts, ...keptFresh });
}

/** All runs, newest first, and how they went over time. */
export function Runs() {
  const [search, setSearch] = useSearchParams();
  const selection = useSelection(search);
  const filtered = Object.values(selection).some(Boolean);
  const runs = useAllRuns(selection);
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
  const go = useNavigate();
  const rows = useMemo(() => runs.data?.pages.flatMap((p) => p.items), [runs.data]);
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
        <DataTable label="Runs" columns={columns} rows={rows} idOf={(r) => r.id} onOpen={(r) => void go(`/runs/${r.id}`)} more={runs} rowHeight={63} />
      )}
    </>
  );
}
