import { useEffect, useState } from 'react';

import { query } from '../../api/client';
import { useRunEvents } from '../../api/live';
import { useRefresh } from '../../api/runs';
import { isActive } from '../../parts/RunState';

/** The run of a flow that its page shows: the one in work, or one that was started here. */
export function useFlowRun(flow: string | undefined) {
  const [started, setStarted] = useState<number>();
  const newest = query.useQuery('get', '/api/v1/runs', { params: { query: { flow, limit: 1 } } }, { enabled: !!flow, staleTime: 0 });
  const active = newest.data?.items.find(isActive)?.id;
  const { run, event, now } = useRun(started ?? active);
  return { run, event, now, begin: setStarted };
}

/** A run, followed while it is in work. */
export function useRun(id: number | undefined) {
  const refresh = useRefresh();
  const watched = useRunEvents(id);
  const ended = watched.run && !isActive(watched.run);
  // What the run changed elsewhere is asked for anew when it is through.
  useEffect(() => {
    if (ended) refresh('/api/v1/errors', '/api/v1/notices', '/api/v1/integrations', '/api/v1/connections', '/api/v1/runs/{id}/requests');
  }, [ended, refresh]);
  return watched;
}
