import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';

import { isActive } from '../parts/RunState';
import { query } from './client';
import type { Run } from './schema';

const often = 2_000;
const seldom = 15_000;

/** The newest runs of all flows. While one is in work they are asked for more often. */
export function useRuns(filter: { flow?: string; state?: string[]; before?: number; limit?: number } = {}) {
  return query.useQuery('get', '/api/v1/runs', { params: { query: filter } }, { refetchInterval: ({ state }) => (state.data?.items.some(isActive) ? often : seldom) });
}

/** The newest run of each flow, by the flow's name. */
export function useLastRuns() {
  const runs = useRuns({ limit: 500 });
  const last = useMemo(() => {
    const found = new Map<string, Run>();
    for (const r of runs.data?.items ?? []) if (!found.has(r.flow)) found.set(r.flow, r);
    return found;
  }, [runs.data]);
  return { ...runs, last };
}

/** Lets everything that a run changes be asked for anew. */
export function useRefresh() {
  const queries = useQueryClient();
  return useCallback(
    (...paths: string[]) => {
      void Promise.all(paths.map((path) => queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey.some((k) => typeof k === 'string' && k.startsWith(path)) })));
    },
    [queries],
  );
}
