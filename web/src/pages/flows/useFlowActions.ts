import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';

import { query } from '../../api/client';
import { useRefresh } from '../../api/runs';
import { setAt } from '../../flow/document';
import type { FlowEditorState } from './useFlowEditor';

/** How many records a preview shows. */
const previewLength = 5;

/** Saving, running and previewing. A new flow without a name is asked for one first. */
export function useFlowActions(state: FlowEditorState, stored: string | undefined, begin: (run: number) => void) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const refresh = useRefresh();
  const [asking, setAsking] = useState<'save' | 'run'>();
  const name = stored ?? state.flow.name ?? '';
  const run = query.useMutation('post', '/api/v1/flows/{name}/run', { onSuccess: () => refresh('/api/v1/runs') });
  useStartedElsewhere(begin);

  const store = async (as: string, then: 'save' | 'run', text?: string) => {
    const saved = await state.store(as, text);
    if (!saved) return;
    const of = saved.flow.name;
    notifications.show({ message: `${of} is saved` });
    const started = then === 'run' ? await run.mutateAsync({ params: { path: { name: of } } }).catch(() => undefined) : undefined;
    if (started) begin(started.id);
    if (stored) return;
    // The page of the stored flow begins with what is known already.
    queries.setQueryData(query.queryOptions('get', '/api/v1/flows/{name}', { params: { path: { name: of } } }).queryKey, saved);
    void navigate(`/flows/${encodeURIComponent(of)}`, { replace: true, state: { run: started?.id } });
  };
  const ready = (then: 'save' | 'run') => {
    if (name) void store(name, then);
    else setAsking(then);
  };
  return {
    save: () => ready('save'),
    /** Runs what is on the page: what is not saved is saved first. */
    runNow: () => {
      if (state.dirty || !stored) ready('run');
      else run.mutate({ params: { path: { name } } }, { onSuccess: (r) => begin(r.id) });
    },
    run,
    preview: () => state.show.mutate(previewLength),
    asking: asking !== undefined,
    stopAsking: () => setAsking(undefined),
    saveAs: (as: string) => {
      state.set(['name'], as);
      setAsking(undefined);
      void store(as, asking ?? 'save', setAt(state.text, ['name'], as));
    },
  };
}

export type FlowActions = ReturnType<typeof useFlowActions>;

/** Shows the run that was started where the flow was new. */
function useStartedElsewhere(begin: (run: number) => void) {
  const { state } = useLocation() as { state: { run?: number } | null };
  const run = state?.run;
  const seen = useRef<number>(undefined);
  useEffect(() => {
    if (run === undefined || run === seen.current) return;
    seen.current = run;
    begin(run);
  }, [run, begin]);
}
