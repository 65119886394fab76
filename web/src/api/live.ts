import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

import { isActive } from '../parts/RunState';
import { query } from './client';
import type { Run, RunEvent } from './schema';

/** How often a run is asked for while no events come, and while they do. */
const often = 1_000;
const seldom = 10_000;

/** How long to leave the server alone before events are asked for again, after so many failures. */
export function backOff(failures: number): number {
  return Math.min(2_000 * 2 ** Math.max(failures - 1, 0), 60_000);
}

/** What is known of how a run goes, and when that was. */
export interface Watched {
  run?: Run;
  /** The newest event; absent where the run has ended, or no events come. */
  event?: RunEvent;
  error: unknown;
  /** When the run was as it is shown, in milliseconds. */
  now: number;
}

const runOf = (id: number) => ({ params: { path: { id } } });

/**
 * A run as it goes: by events of the server while it is in work, and asked for again and
 * again where they do not come (a proxy that holds them back, too many pages open).
 */
export function useRunEvents(id: number | undefined): Watched {
  const queries = useQueryClient();
  const [event, setEvent] = useState<RunEvent>();
  const streams = event !== undefined && event.run.id === id;
  const found = query.useQuery('get', '/api/v1/runs/{id}', runOf(id ?? 0), {
    enabled: id !== undefined,
    refetchInterval: ({ state }) => (isActive(state.data) ? (streams ? seldom : often) : false),
  });
  const run = id === undefined ? undefined : found.data;
  const active = isActive(run);
  useEffect(() => {
    if (id === undefined || !active) return;
    const { queryKey } = query.queryOptions('get', '/api/v1/runs/{id}', runOf(id));
    return watch(`/api/v1/runs/${id}/events`, {
      heard: (data) => {
        const next = JSON.parse(data) as RunEvent;
        queries.setQueryData(queryKey, next.run);
        setEvent(next);
      },
      lost: () => setEvent(undefined),
      ended: () => {
        setEvent(undefined);
        void queries.invalidateQueries({ queryKey });
      },
    });
  }, [id, active, queries]);
  return { run, event: active && streams ? event : undefined, error: found.error, now: found.dataUpdatedAt };
}

interface Listener {
  heard: (data: string) => void;
  /** Nothing comes for now. */
  lost: () => void;
  ended: () => void;
}

/**
 * Listens to a stream of the server, and connects again where it breaks. A page that is
 * not seen does not listen: browsers hold few connections to one server. Returns what ends it.
 */
export function watch(url: string, { heard, lost, ended }: Listener): () => void {
  let source: EventSource | undefined;
  let timer: number | undefined;
  let failures = 0;
  let over = false;
  const close = () => {
    window.clearTimeout(timer);
    source?.close();
    source = undefined;
  };
  const open = () => {
    close();
    if (over) return;
    if (document.visibilityState === 'hidden') {
      lost();
      return;
    }
    source = new EventSource(url);
    source.addEventListener('run', (e: MessageEvent<string>) => {
      failures = 0;
      heard(e.data);
    });
    source.addEventListener('end', () => {
      over = true;
      close();
      ended();
    });
    source.onerror = () => {
      lost();
      // It connects again by itself, unless the server refused: then it gives up.
      if (source?.readyState !== EventSource.CLOSED) return;
      failures++;
      timer = window.setTimeout(open, backOff(failures));
    };
  };
  open();
  document.addEventListener('visibilitychange', open);
  return () => {
    over = true;
    close();
    document.removeEventListener('visibilitychange', open);
  };
}
