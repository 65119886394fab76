import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDebouncedValue } from '@mantine/hooks';

import { api } from '../../../../api/client';
import { rawAt } from '../../../../api/rawJson';
import type { Evaluated, Evaluation } from '../../../../api/schema';

type Tried = Pick<Evaluation, 'kind' | 'text' | 'fields'>;

/** What comes of a text with a record, as its JSON text too, which keeps the digits of numbers. */
export interface Outcome extends Evaluated {
  raw?: string;
}

/** Tries what is written with a record, a moment after it was changed. */
export function useEvaluation(what: Tried, record: string | undefined, enabled = true) {
  const [tried] = useDebouncedValue(JSON.stringify(what), 300);
  // Without a record it still tells mistakes in the text.
  const body = `${tried.slice(0, -1)},"record":${record ?? '{}'}}`;
  const result = useQuery({
    queryKey: ['evaluate', body],
    queryFn: async ({ signal }): Promise<Outcome> => {
      const given = what as Evaluation;
      const answer = await api.POST('/api/v1/mappings/evaluate', { body: given, bodySerializer: () => body, parseAs: 'text', signal });
      const raw = answer.data ?? '{}';
      return { ...(JSON.parse(raw) as Evaluated), raw: rawAt(raw, ['record']) };
    },
    enabled,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 60_000,
    retry: false,
  });
  return { outcome: result.data, error: result.error, isStale: result.isPlaceholderData };
}
