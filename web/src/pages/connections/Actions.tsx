import { ActionIcon, Group, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconBug, IconDots, IconFileText, IconKey, IconLink, IconPencil, IconPlugConnected, IconReplace, IconStethoscope, IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';

import { api } from '../../api/client';
import type { Connection } from '../../api/schema';
import { Ask } from '../../parts/Ask';
import { useMay } from '../../session';
import { Replace } from './Replace';
import { TestDialog } from './TestDialog';
import { refresh } from './useEditor';

/** The column of what can be done with a connection: the pencil, and the menu behind the three dots. */
export function Actions({ connection, onEdit }: { connection: Connection; onEdit: (name: string) => void }) {
  const [open, setOpen] = useState<'test' | 'replace' | 'delete'>();
  const navigate = useNavigate();
  const mayEdit = useMay('connections.edit');
  const mayReplace = useMay('flows.edit');
  const mayAudit = useMay('people.edit');
  const { name } = connection;
  const at = (tab: string) => () => void navigate(`/connections/${encodeURIComponent(name)}?tab=${tab}`);
  const netsuite = connection.kind === 'netsuite';
  const authorize = useMutation({
    mutationFn: async () => (await api.POST('/api/v1/connections/{name}/authorize', { params: { path: { name } }, body: { return: `/connections/${name}` } })).data,
    onSuccess: (started) => started?.url && window.location.assign(started.url),
    onError: (error) => notifications.show({ color: 'red', title: `${name} was not authorized`, message: error.message }),
  });
  return (
    <Group gap={4} wrap="nowrap">
      <ActionIcon variant="subtle" color="gray" aria-label={`Edit ${name}`} title="Edit connection" onClick={() => onEdit(name)}>
        <IconPencil size={18} aria-hidden />
      </ActionIcon>
      <Menu position="bottom-end" width={220} returnFocus>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`Actions of ${name}`} title="Actions">
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={() => onEdit(name)}>
            Edit connection
          </Menu.Item>
          {mayEdit && (
            <Menu.Item leftSection={<IconPlugConnected size={16} aria-hidden />} onClick={() => setOpen('test')}>
              Test connection
            </Menu.Item>
          )}
          {mayEdit && connection.settings.type === 'token-auto' && (
            <Menu.Item leftSection={<IconKey size={16} aria-hidden />} onClick={() => authorize.mutate()}>
              Authorize
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconLink size={16} aria-hidden />} onClick={at('used-by')}>
            Used by
          </Menu.Item>
          {mayReplace && (
            <Menu.Item leftSection={<IconReplace size={16} aria-hidden />} onClick={() => setOpen('replace')}>
              Replace everywhere
            </Menu.Item>
          )}
          {netsuite && (
            <Menu.Item leftSection={<IconStethoscope size={16} aria-hidden />} onClick={() => void navigate(`/connections/${encodeURIComponent(name)}/doctor`)}>
              Doctor
            </Menu.Item>
          )}
          {mayEdit && (
            <Menu.Item leftSection={<IconBug size={16} aria-hidden />} onClick={at('debug-log')}>
              Debug log
            </Menu.Item>
          )}
          {mayAudit && (
            <Menu.Item leftSection={<IconFileText size={16} aria-hidden />} onClick={at('audit-log')}>
              Audit log
            </Menu.Item>
          )}
          {mayEdit && (
            <>
              <Menu.Divider />
              <Menu.Item leftSection={<IconTrash size={16} aria-hidden />} c="var(--status-bad)" onClick={() => setOpen('delete')}>
                Delete
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {open === 'test' && <TestDialog connection={connection} onClose={() => setOpen(undefined)} />}
      {open === 'replace' && <Replace connection={connection} onClose={() => setOpen(undefined)} />}
      <Delete name={name} opened={open === 'delete'} onClose={() => setOpen(undefined)} />
    </Group>
  );
}

/** Deletes a connection that no flow uses. The server names the flows of one that is used. */
function Delete({ name, opened, onClose }: { name: string; opened: boolean; onClose: () => void }) {
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => api.DELETE('/api/v1/connections/{name}', { params: { path: { name } } }),
    onSuccess: async () => {
      onClose();
      notifications.show({ message: `${name} is deleted. It can be restored for 30 days.` });
      await Promise.all([refresh(queries, name), queries.invalidateQueries({ queryKey: ['get', '/api/v1/deleted-connections'] })]);
    },
  });
  return (
    <Ask opened={opened} title={`Delete ${name}?`} yes="Delete" danger pending={remove.isPending} error={remove.error} onYes={() => remove.mutate()} onNo={onClose}>
      It can be restored for 30 days. A connection that flows use is not deleted.
    </Ask>
  );
}
