import { useDebouncedValue } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { keepPreviousData } from '@tanstack/react-query';
import { useState } from 'react';

import { ApiError, query } from '../../api/client';
import { problemsAt } from '../../api/problems';
import { useRefresh } from '../../api/runs';
import type { Settings } from '../../api/schema';
import { type Change, type Entered, tried, valuesOf } from './change';

const nothing: Entered = {};

/** What is entered of the settings, what it would remove, and its way to the server. */
export function useKept(settings: Settings) {
  const refresh = useRefresh();
  const [change, setChange] = useState<Change>();
  const entered = change?.entered ?? nothing;
  const values = valuesOf(settings.items, entered);
  const wanted = tried(settings.items, entered);
  const [set] = useDebouncedValue(wanted, 300);
  const excess = query.useQuery('get', '/api/v1/settings/excess', { params: { query: set ? { set } : {} } }, { enabled: set !== undefined, placeholderData: keepPreviousData });
  const save = query.useMutation('put', '/api/v1/settings', {
    onSuccess: () => {
      setChange(undefined);
      refresh('/api/v1/settings');
      notifications.show({ message: 'The settings are saved. What is outdated goes within a day.' });
    },
  });
  const excessOfThis = set === wanted && !excess.isPlaceholderData ? excess.data?.items : undefined;
  const overtaken = save.error instanceof ApiError && save.error.body.code === 'settings.changed';
  const problems = problemsAt(save.error);
  return {
    entered,
    problems,
    error: overtaken || Object.keys(problems).length > 0 ? undefined : save.error,
    overtaken,
    pending: save.isPending,
    dirty: values === undefined || Object.keys(values).length > 0,
    /** What would go is known, or the server is to say what is wrong with a value. */
    ready: values !== undefined && (wanted === undefined || excessOfThis !== undefined || Boolean(excess.error)),
    /** Of what is entered, and not of what was entered before. */
    excess: excessOfThis,
    lastExcess: wanted === undefined ? undefined : excess.data?.items,
    excessError: excess.error,
    enter: (name: string, value: number | '') => setChange((c) => ({ revision: c?.revision ?? settings.revision, entered: { ...c?.entered, [name]: value } })),
    discard: () => {
      setChange(undefined);
      save.reset();
    },
    /** Goes on from what somebody else has stored; what was entered here stays. */
    rebase: async (newest: () => Promise<{ data?: Settings | undefined }>) => {
      const { data } = await newest();
      setChange((c) => c && data && { ...c, revision: data.revision });
      save.reset();
    },
    save: () => values && save.mutate({ body: { revision: change?.revision ?? settings.revision, values } }),
  };
}

export type Kept = ReturnType<typeof useKept>;
