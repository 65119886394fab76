import { ActionIcon, Badge, Menu, Table, Text } from '@mantine/core';
import { IconDeviceDesktop, IconDots, IconLink, IconPencil, IconTrash } from '@tabler/icons-react';

import type { Person } from '../../api/schema';
import { Ago } from '../../parts/Ago';
import { Wide } from '../../parts/Wide';
import { useSession } from '../../session';
import { RoleBadges } from './RoleBadges';
import { rolesUpTo } from './roles';

/** What can be done with a person. */
export type Act = 'edit' | 'sessions' | 'link' | 'remove';

const ways: Record<string, string> = { password: 'Password', oidc: 'OpenID Connect' };

/** The people, with what each may do and when each was last here. */
export function UserTable({ rows, onAct }: { rows: Person[]; onAct: (act: Act, person: Person) => void }) {
  const owners = rows.filter((u) => u.role === 'owner').length;
  return (
    <Wide label="Users">
      <Table verticalSpacing="sm" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th>May</Table.Th>
            <Table.Th visibleFrom="md">Signs in by</Table.Th>
            <Table.Th visibleFrom="sm">Last seen</Table.Th>
            <Table.Th w={80}>Actions</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((u) => (
            <Row key={u.id} person={u} last={u.role === 'owner' && owners === 1} onAct={onAct} />
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}

function Row({ person: u, last, onAct }: { person: Person; last: boolean; onAct: (act: Act, person: Person) => void }) {
  const me = useSession();
  const greater = !rolesUpTo(me.role).some((r) => r.value === u.role);
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={550}>
          {u.name}
          {u.id === me.user_id && ' (you)'}
        </Text>
        <Text size="sm" c="dimmed" style={{ overflowWrap: 'break-word' }}>
          {u.email}
        </Text>
      </Table.Td>
      <Table.Td>
        <RoleBadges role={u.role} integrations={u.integrations} />
      </Table.Td>
      <Table.Td visibleFrom="md">
        {u.sign_in.map((w) => ways[w] ?? w).join(', ')}
        {u.sign_in.length === 0 && (u.invited_until ? <Badge variant="default">Invited</Badge> : <Text size="sm" c="dimmed">Nothing yet</Text>)}
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Ago at={u.seen_at} size="sm" />
      </Table.Td>
      <Table.Td>
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${u.name}`}>
              <IconDots size={18} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} disabled={greater} onClick={() => onAct('edit', u)}>
              Edit user
            </Menu.Item>
            <Menu.Item leftSection={<IconDeviceDesktop size={16} aria-hidden />} onClick={() => onAct('sessions', u)}>
              Sessions
            </Menu.Item>
            <Menu.Item leftSection={<IconLink size={16} aria-hidden />} disabled={greater} onClick={() => onAct('link', u)}>
              {u.sign_in.length ? 'Reset password' : 'New invitation link'}
            </Menu.Item>
            <Menu.Item c="var(--status-bad)" leftSection={<IconTrash size={16} aria-hidden />} disabled={u.id === me.user_id || greater || last} onClick={() => onAct('remove', u)}>
              Remove user
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Table.Td>
    </Table.Tr>
  );
}
