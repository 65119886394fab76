import { useEffect, useRef } from 'react';

import { query } from '../../api/client';
import { useRefresh } from '../../api/runs';
import { parts } from '../../parts/paging';
import type { Filter } from './filter';

/** How many errors one answer has: a table's many screens. */
const atOnce = 250;

/** The errors of a filter, newest first, and how many there are of them and of their neighbours. */
export function useErrors(filter: Filter) {
  const refresh = useRefresh();
  const summary = query.useQuery('get', '/api/v1/errors/summary', { params: { query: filter } }, { placeholderData: (last) => last, refetchInterval: ({ state }) => (state.data?.retrying ? 1_000 : 10_000) });
  const errors = query.useInfiniteQuery('get', '/api/v1/errors', { params: { query: { ...filter, brief: true, limit: atOnce } } }, parts);
  // The list is asked for anew when a count says that it has changed: that is rare, and it may be long.
  const { total, open, retrying, resolved } = summary.data ?? {};
  const counts = summary.data && !summary.isPlaceholderData ? [total, open, retrying, resolved].join() : undefined;
  const before = useRef<[string, string]>(undefined);
  const key = JSON.stringify(filter);
  useEffect(() => {
    if (counts === undefined) return;
    if (before.current && before.current[0] === key && before.current[1] !== counts) refresh('/api/v1/errors');
    before.current = [key, counts];
  }, [counts, key, refresh]);
  return { summary, errors, rows: errors.data?.pages.flatMap((p) => p.items) };
}
