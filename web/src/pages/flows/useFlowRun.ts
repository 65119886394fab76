import { useEffect, useState } from 'react';

import { query } from '../../api/client';
import { useRefresh } from '../../api/runs';
import { isActive } from '../../parts/RunState';

const often = 500;

/** The run of a flow that its page shows: the one in work, or one that was started here. */
export function useFlowRun(flow: string | undefined) {
  const [started, setStarted] = useState<number>();
  const newest = query.useQuery('get', '/api/v1/runs', { params: { query: { flow, limit: 1 } } }, { enabled: !!flow, staleTime: 0 });
  const active = newest.data?.items.find(isActive)?.id;
  const id = started ?? active;
  const { run, now } = useRun(id);
  return { run, now, begin: setStarted };
}

/** A run, asked for again and again while it is in work. */
export function useRun(id: number | undefined) {
  const refresh = useRefresh();
  const found = query.useQuery('get', '/api/v1/runs/{id}', { params: { path: { id: id ?? 0 } } }, { enabled: id !== undefined, refetchInterval: ({ state }) => (isActive(state.data) ? often : false) });
  const run = id === undefined ? undefined : found.data;
  const ended = run && !isActive(run);
  // What the run changed elsewhere is asked for anew when it is through.
  useEffect(() => {
    if (ended) refresh('/api/v1/errors', '/api/v1/notices', '/api/v1/integrations');
  }, [ended, refresh]);
  return { run, error: found.error, now: found.dataUpdatedAt };
}
