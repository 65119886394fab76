import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { stringify } from 'yaml';

import { api } from '../../../../api/client';
import { rawAt } from '../../../../api/rawJson';
import type { Preview } from '../../../../api/schema';
import type { Draft } from '../../../../flow/document';
import { useMay } from '../../../../session';

const records = 5;

/** The records of a preview as they come to a step: what the last step before it made of each that got so far. */
export function arriving(raw: string): string[] {
  const seen = JSON.parse(raw) as Preview;
  return seen.records.flatMap((record, n) => {
    const steps = record.steps;
    if (steps.some((s) => s.outcome === 'excluded' || s.outcome === 'failed')) return [];
    for (let at = steps.length - 1; at >= 0; at--) {
      const made = rawAt(raw, ['records', n, 'steps', at, 'record']);
      if (made !== undefined && made !== 'null') return [made];
    }
    const exported = rawAt(raw, ['records', n, 'record']);
    return exported === undefined || exported === 'null' ? [] : [exported];
  });
}

/** Real records as they come to a step, or one that somebody has entered. `before` is the flow as far as the step. */
export function useSample(before: Draft, wanted = true) {
  const may = useMay('data.query');
  const text = useMemo(() => stringify({ ...before, steps: before.steps?.length ? before.steps : undefined }, { lineWidth: 0 }), [before]);
  // What is read is what it was wanted for: typing does not ask the source again.
  const [asked, ask] = useState(wanted ? text : undefined);
  if (wanted && asked === undefined) ask(text);
  const read = useQuery({
    queryKey: ['sample', asked],
    queryFn: async ({ signal }) => {
      const answer = await api.POST('/api/v1/flows/preview', { body: { text: asked ?? '', limit: records }, parseAs: 'text', signal });
      return arriving(answer.data ?? '{"records":[]}');
    },
    enabled: may && asked !== undefined,
    staleTime: Infinity,
    retry: false,
  });
  const [index, setIndex] = useState(0);
  const [own, setOwn] = useState<string>();
  const all = read.data ?? [];
  const current = Math.min(index, Math.max(all.length - 1, 0));
  const raw = own ?? all[current];
  const value = useMemo<unknown>(() => {
    try {
      return raw === undefined ? undefined : JSON.parse(raw);
    } catch {
      return undefined;
    }
  }, [raw]);
  return { may, isLoading: read.isLoading, error: read.error, again: () => void read.refetch(), count: all.length, index: current, show: setIndex, own, setOwn, raw, value };
}

export type Sample = ReturnType<typeof useSample>;
