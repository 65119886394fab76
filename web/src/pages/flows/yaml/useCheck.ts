import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useEffectEvent } from 'react';

import { query } from '../../../api/client';
import { sentence } from '../../../api/problems';
import type { FlowEditorState } from '../useFlowEditor';

/** How long nobody types before the server is asked, in milliseconds. */
const pause = 500;

/** Lets the server say what is wrong with the text, and gives the text that it has looked at. */
export function useCheck(state: FlowEditorState): string | undefined {
  const [text] = useDebouncedValue(state.text, pause);
  const check = query.useQuery('post', '/api/v1/flows/check', { body: { text } }, { enabled: !state.broken && text === state.text, staleTime: Infinity, gcTime: 60_000 });
  const { data } = check;
  const report = useEffectEvent(state.report);
  useEffect(() => {
    if (!data) return;
    const found: Record<string, string> = {};
    for (const p of data.problems ?? []) found[p.path] ??= sentence(p);
    report(found);
  }, [data]);
  return data && text;
}
