import { useMemo } from 'react';

import { query } from '../../../api/client';

/** How many open errors the flow has in a step. */
export type OpenErrors = (step: string) => number;

/** Counts the flow's open errors by step. */
export function useOpenErrors(flow: string | undefined, active: boolean): OpenErrors {
  const summary = query.useQuery('get', '/api/v1/errors/summary', { params: { query: { flow, state: 'open' as const } } }, { enabled: !!flow, refetchInterval: active ? 2_000 : 30_000 });
  return useMemo(() => {
    const counts = new Map((summary.data?.places ?? []).map((p) => [p.step, p.count]));
    return (step) => counts.get(step) ?? 0;
  }, [summary.data]);
}
