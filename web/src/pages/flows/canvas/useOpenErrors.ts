import { useMemo } from 'react';

import { query } from '../../../api/client';

/** How many are counted at most: more is as bad. */
const most = 500;

/** The open errors of a flow: how many by step, and whether there are more than were counted. */
export interface OpenErrors {
  of: (step: string) => number;
  more: boolean;
}

/** Counts the flow's open errors by step. */
export function useOpenErrors(flow: string | undefined, active: boolean): OpenErrors {
  const errors = query.useQuery(
    'get',
    '/api/v1/errors',
    { params: { query: { flow, state: 'open' as const, limit: most } } },
    { enabled: !!flow, refetchInterval: active ? 2_000 : 30_000, select: (page) => page.items.map((e) => e.step) },
  );
  return useMemo(() => {
    const counts = new Map<string, number>();
    for (const step of errors.data ?? []) counts.set(step, (counts.get(step) ?? 0) + 1);
    return { of: (step) => counts.get(step) ?? 0, more: (errors.data?.length ?? 0) >= most };
  }, [errors.data]);
}
