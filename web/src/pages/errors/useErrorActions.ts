import { notifications } from '@mantine/notifications';

import { query } from '../../api/client';
import { useRefresh } from '../../api/runs';

/** Retry and reopen, with what is told about it. */
export function useErrorActions(onDone: () => void) {
  const refresh = useRefresh();
  const through = (message: string) => {
    notifications.show({ message });
    refresh('/api/v1/errors', '/api/v1/runs', '/api/v1/integrations');
    onDone();
  };
  const failed = (title: string) => (e: { message: string; remedy?: string }) => {
    notifications.show({ color: 'red', title, message: [e.message, e.remedy].filter(Boolean).join('. ') });
    refresh('/api/v1/errors');
  };
  const count = (n: number) => (n === 1 ? '1 record' : `${n} records`);
  const retry = query.useMutation('post', '/api/v1/errors/retry', {
    onSuccess: (_, { body }) => through(`${count(body.ids.length)} will be tried again`),
    onError: failed('Nothing was tried again'),
  });
  const reopen = query.useMutation('post', '/api/v1/errors/reopen', {
    onSuccess: (_, { body }) => through(`${count(body.ids.length)} open again`),
    onError: failed('Nothing was opened again'),
  });
  return { retry, reopen, busy: retry.isPending || reopen.isPending };
}
