import { notifications } from '@mantine/notifications';

import { query } from '../../api/client';
import { useRefresh } from '../../api/runs';
import { counted } from './counted';
import type { Chosen } from './useSelection';

/** What changes with errors. */
const changed = ['/api/v1/errors', '/api/v1/runs', '/api/v1/integrations', '/api/v1/attention'];

/** Retry and reopen, with what is told about it. */
export function useErrorActions(onDone: () => void) {
  const refresh = useRefresh();
  const through = (message: string) => {
    notifications.show({ message });
    refresh(...changed);
    onDone();
  };
  const failed = (title: string) => (e: { message: string; remedy?: string }) => {
    notifications.show({ color: 'red', title, message: [e.message, e.remedy].filter(Boolean).join('. ') });
    refresh('/api/v1/errors');
  };
  const retry = query.useMutation('post', '/api/v1/errors/retry', { onError: failed('Nothing was tried again') });
  const reopen = query.useMutation('post', '/api/v1/errors/reopen', { onError: failed('Nothing was opened again') });
  return {
    retry: ({ errors, count }: Chosen) => retry.mutate({ body: errors }, { onSuccess: () => through(`${counted(count, 'record')} will be tried again`) }),
    reopen: ({ errors, count }: Chosen) => reopen.mutate({ body: errors }, { onSuccess: () => through(`${counted(count, 'record')} open again`) }),
    retrying: retry.isPending,
    reopening: reopen.isPending,
    busy: retry.isPending || reopen.isPending,
  };
}
