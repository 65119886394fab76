import { Switch } from '@mantine/core';
import { notifications } from '@mantine/notifications';

import { query } from '../../api/client';
import { useRefresh } from '../../api/runs';
import type { FlowRevision } from '../../api/schema';
import { useMay } from '../../session';

/** Lets a flow run, or keeps it from running. */
export function FlowSwitch({ revision, label }: { revision: FlowRevision; label?: string }) {
  const mayEdit = useMay('flows.edit');
  const refresh = useRefresh();
  const { name } = revision.flow;
  const options = { onSuccess: () => refresh('/api/v1/flows'), onError: (e: { message: string }) => void notifications.show({ color: 'red', message: e.message }) };
  const enable = query.useMutation('post', '/api/v1/flows/{name}/enable', options);
  const disable = query.useMutation('post', '/api/v1/flows/{name}/disable', options);
  const pending = enable.isPending || disable.isPending;
  return (
    <Switch
      checked={pending ? enable.isPending : revision.enabled}
      disabled={!mayEdit || pending}
      label={label}
      aria-label={label ? undefined : `${name} is enabled`}
      onChange={(e) => (e.currentTarget.checked ? enable : disable).mutate({ params: { path: { name } } })}
    />
  );
}
