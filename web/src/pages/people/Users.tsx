import { ActionIcon, Button, Menu, Table, Text } from '@mantine/core';
import { IconDots, IconPencil, IconTrash, IconUserPlus } from '@tabler/icons-react';
import { useState } from 'react';

import { query } from '../../api/client';
import { useRefresh } from '../../api/runs';
import type { User } from '../../api/schema';
import { Ago } from '../../parts/Ago';
import { Ask } from '../../parts/Ask';
import { Explain } from '../../parts/Explain';
import { PageHeader } from '../../parts/PageHeader';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { Wide } from '../../parts/Wide';
import { useSession } from '../../session';
import { roleLabel } from './roles';
import { UserForm } from './UserForm';

/** Who has an account here, and what each may do. */
export function Users() {
  const users = query.useQuery('get', '/api/v1/users');
  const [pane, setPane] = useState<'new' | User>();
  const [leaving, setLeaving] = useState<User>();
  const refresh = useRefresh();
  const remove = query.useMutation('delete', '/api/v1/users/{id}', {
    onSuccess: () => {
      setLeaving(undefined);
      refresh('/api/v1/users', '/api/v1/tokens');
    },
  });
  return (
    <>
      <PageHeader title="Users" about="Owners, administrators and people who manage may edit connections; people who monitor look on.">
        <Button leftSection={<IconUserPlus size={16} aria-hidden />} onClick={() => setPane('new')}>
          Add user
        </Button>
      </PageHeader>
      {users.error ? <Explain error={users.error} title="The users cannot be shown" /> : !users.data ? <PageSkeleton rows={3} /> : <UserTable rows={users.data.items} onEdit={setPane} onRemove={setLeaving} />}
      {pane && <UserForm user={pane === 'new' ? undefined : pane} onClose={() => setPane(undefined)} />}
      <Ask
        opened={!!leaving}
        title={`Remove ${leaving?.name ?? ''}?`}
        yes="Remove"
        danger
        pending={remove.isPending}
        error={remove.error}
        onNo={() => {
          setLeaving(undefined);
          remove.reset();
        }}
        onYes={() => leaving && remove.mutate({ params: { path: { id: leaving.id } } })}
      >
        {`${leaving?.email ?? ''} cannot log in any more, and all API tokens of this person stop working.`}
      </Ask>
    </>
  );
}

function UserTable({ rows, onEdit, onRemove }: { rows: User[]; onEdit: (user: User) => void; onRemove: (user: User) => void }) {
  const me = useSession();
  return (
    <Wide label="Users">
      <Table verticalSpacing="sm" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th>Role</Table.Th>
            <Table.Th visibleFrom="sm">Added</Table.Th>
            <Table.Th w={80}>Actions</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((u) => (
            <Table.Tr key={u.id}>
              <Table.Td>
                <Text size="sm" fw={550}>
                  {u.name}
                  {u.id === me.user_id && ' (you)'}
                </Text>
                <Text size="sm" c="dimmed" style={{ overflowWrap: 'break-word' }}>
                  {u.email}
                </Text>
              </Table.Td>
              <Table.Td>{roleLabel(u.role)}</Table.Td>
              <Table.Td visibleFrom="sm">
                <Ago at={u.created_at} size="sm" />
              </Table.Td>
              <Table.Td>
                <Menu position="bottom-end">
                  <Menu.Target>
                    <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${u.name}`}>
                      <IconDots size={18} aria-hidden />
                    </ActionIcon>
                  </Menu.Target>
                  <Menu.Dropdown>
                    <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={() => onEdit(u)}>
                      Edit user
                    </Menu.Item>
                    <Menu.Item c="var(--status-bad)" leftSection={<IconTrash size={16} aria-hidden />} disabled={u.id === me.user_id} onClick={() => onRemove(u)}>
                      Remove user
                    </Menu.Item>
                  </Menu.Dropdown>
                </Menu>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}
