import { type InfiniteData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';

import { type Part, renewed, stale } from './freshList';

interface Fresh<T> {
  /** Of the list's query. */
  key: readonly unknown[];
  /** Asks for the part before an ID, 0 for the newest. */
  part: (before: number) => Promise<Part<T>>;
  /** Whether something may still change by itself. */
  changes: (item: T) => boolean;
  /** Milliseconds between two looks while something may change. */
  often: number;
  /** The same while nothing does; false for never. */
  seldom: number | false;
}

/**
 * Keeps a long list as it is now. However much of it was loaded, only its newest part is
 * asked for again, and those in which something is in work.
 */
export function useFreshList<T extends { id: number }>({ key, part, changes, often, seldom }: Fresh<T>) {
  const queries = useQueryClient();
  const turn = useRef(0);
  type List = InfiniteData<Part<T>, number>;
  const list = () => queries.getQueryData<List>(key);
  useQuery({
    queryKey: ['fresh', ...key],
    staleTime: 0,
    gcTime: 0,
    queryFn: async () => {
      const before = list();
      if (!before) return null;
      for (const n of stale(before.pages, changes, turn.current++)) {
        const now = await part(before.pageParams[n] ?? 0);
        queries.setQueryData<List>(key, (was) => was && withPart(was, n, now));
      }
      return null;
    },
    refetchInterval: () => (list()?.pages.some((p) => p.items.some(changes)) ? often : seldom),
  });
}

/** The list with one of its parts as it is now; where there is a gap behind the newest part, that part alone. */
function withPart<T extends { id: number }>(list: InfiniteData<Part<T>, number>, n: number, now: Part<T>): InfiniteData<Part<T>, number> {
  const old = list.pages[n];
  if (!old) return list;
  const part = renewed(old, now);
  return part ? { ...list, pages: list.pages.with(n, part) } : { pages: [now], pageParams: [0] };
}

/** What a long list that is kept fresh leaves to that. */
export const keptFresh = { staleTime: Infinity, refetchOnWindowFocus: false, refetchOnReconnect: false } as const;

