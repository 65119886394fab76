import { ActionIcon, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertCircle, IconDots, IconHistory, IconPencil, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';

import { query } from '../../api/client';
import { useRefresh } from '../../api/runs';
import type { FlowRevision } from '../../api/schema';
import { Ask } from '../../parts/Ask';
import { useMay } from '../../session';

/** What can be done with a flow, behind three dots. */
export function FlowMenu({ revision, onDeleted }: { revision: FlowRevision; onDeleted?: () => void }) {
  const { name } = revision.flow;
  const navigate = useNavigate();
  const refresh = useRefresh();
  const mayRun = useMay('runs.control');
  const mayEdit = useMay('flows.edit');
  const [asking, setAsking] = useState(false);
  const run = query.useMutation('post', '/api/v1/flows/{name}/run', {
    onSuccess: (started) => void navigate(`/runs/${started.id}`),
    onError: (e) => notifications.show({ color: 'red', title: `${name} was not started`, message: e.message }),
  });
  const remove = query.useMutation('delete', '/api/v1/flows/{name}', {
    onSuccess: () => {
      setAsking(false);
      refresh('/api/v1/flows', '/api/v1/integrations');
      onDeleted?.();
    },
  });
  const path = { params: { path: { name } } };
  return (
    <>
      <Menu position="bottom-end" width={190}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${name}`}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {mayRun && (
            <Menu.Item leftSection={<IconPlayerPlay size={16} aria-hidden />} disabled={!revision.enabled} onClick={() => run.mutate(path)}>
              Run now
            </Menu.Item>
          )}
          <Menu.Item component={Link} to={`/flows/${encodeURIComponent(name)}`} leftSection={<IconPencil size={16} aria-hidden />}>
            {mayEdit ? 'Edit flow' : 'Show flow'}
          </Menu.Item>
          <Menu.Item component={Link} to={`/runs?flow=${encodeURIComponent(name)}`} leftSection={<IconHistory size={16} aria-hidden />}>
            Runs
          </Menu.Item>
          <Menu.Item component={Link} to={`/errors?flow=${encodeURIComponent(name)}`} leftSection={<IconAlertCircle size={16} aria-hidden />}>
            Errors
          </Menu.Item>
          {mayEdit && (
            <>
              <Menu.Divider />
              <Menu.Item c="var(--status-bad)" leftSection={<IconTrash size={16} aria-hidden />} onClick={() => setAsking(true)}>
                Delete flow
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <Ask opened={asking} title={`Delete the flow ${name}?`} yes="Delete" danger pending={remove.isPending} error={remove.error} onNo={() => setAsking(false)} onYes={() => remove.mutate(path)}>
        Its runs and errors stay. What it remembers of delivered records goes: a new flow of this name delivers them again. This cannot be undone.
      </Ask>
    </>
  );
}
