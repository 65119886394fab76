import { ActionIcon, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { IconDots, IconPencil, IconPlugConnected, IconPlugOff, IconStethoscope } from '@tabler/icons-react';
import { Link } from 'react-router';

import { query } from '../../api/client';
import { register } from '../../api/integrations';
import { useRefresh } from '../../api/runs';
import type { Connection, IntegrationView } from '../../api/schema';
import { useMay } from '../../session';

/** What can be done with a connection of an integration, behind three dots. */
export function ConnectionMenu({ connection, integration }: { connection: Connection; integration: IntegrationView }) {
  const mayEdit = useMay('connections.edit');
  const refresh = useRefresh();
  const test = query.useMutation('post', '/api/v1/connections/{name}/test', { onSettled: () => refresh('/api/v1/connections', '/api/v1/integrations') });
  const page = `/connections/${encodeURIComponent(connection.name)}`;
  const runTest = () => {
    const id = notifications.show({ loading: true, message: `Testing ${connection.name}`, autoClose: false });
    test.mutate(
      { params: { path: { name: connection.name } } },
      {
        onSuccess: (e) => notifications.update({ id, loading: false, autoClose: 8_000, color: e.ok ? 'green' : 'red', title: connection.name, message: e.ok ? e.message : [e.error?.message ?? e.message, e.error?.remedy].filter(Boolean).join('. ') }),
        onError: (e) => notifications.update({ id, loading: false, autoClose: 8_000, color: 'red', title: connection.name, message: e.message }),
      },
    );
  };
  const unregister = useMutation({
    mutationFn: () => register(integration.name, connection.name, false),
    onSuccess: () => refresh('/api/v1/integrations'),
    onError: (e) => notifications.show({ color: 'red', title: `${connection.name} stays registered`, message: e.message }),
  });
  return (
    <Menu position="bottom-end" width={210} withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${connection.name}`}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} to={page} leftSection={<IconPencil size={16} aria-hidden />}>
          {mayEdit ? 'Edit connection' : 'Show connection'}
        </Menu.Item>
        {mayEdit && (
          <Menu.Item leftSection={<IconPlugConnected size={16} aria-hidden />} onClick={runTest}>
            Test connection
          </Menu.Item>
        )}
        {connection.kind === 'netsuite' && (
          <Menu.Item component={Link} to={`${page}/doctor`} leftSection={<IconStethoscope size={16} aria-hidden />}>
            Doctor
          </Menu.Item>
        )}
        {mayEdit && integration.connections?.includes(connection.name) && (
          <Menu.Item leftSection={<IconPlugOff size={16} aria-hidden />} onClick={() => unregister.mutate()}>
            Unregister
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
