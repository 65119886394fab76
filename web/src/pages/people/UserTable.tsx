import { ActionIcon, Badge, Menu, Text } from '@mantine/core';
import { IconDeviceDesktop, IconDots, IconLink, IconPencil, IconTrash } from '@tabler/icons-react';
import { useMemo } from 'react';

import type { Person } from '../../api/schema';
import { Ago } from '../../parts/Ago';
import { type Column, DataTable } from '../../parts/table/DataTable';
import { useLatest } from '../../parts/useLatest';
import { useSession } from '../../session';
import { RoleBadges } from './RoleBadges';
import { rolesUpTo } from './roles';
import { Who } from './Who';

/** What can be done with a person. */
export type Act = 'edit' | 'sessions' | 'link' | 'remove';

const ways: Record<string, string> = { password: 'Password', oidc: 'OpenID Connect' };

/** The people, with what each may do and when each was last here. */
export function UserTable({ rows, onAct }: { rows: Person[]; onAct: (act: Act, person: Person) => void }) {
  const act = useLatest(onAct);
  const lastOwner = rows.filter((u) => u.role === 'owner').length === 1;
  const columns = useMemo(
    (): Column<Person>[] => [
      { key: 'name', title: 'Name', cell: (u) => <Who id={u.id} name={u.name} email={u.email} /> },
      { key: 'may', title: 'May', width: '30%', cell: (u) => <RoleBadges role={u.role} integrations={u.integrations} /> },
      { key: 'ways', title: 'Signs in by', width: 170, from: 'md', cell: (u) => <SignsInBy person={u} /> },
      { key: 'seen', title: 'Last seen', width: 130, from: 'sm', cell: (u) => <Ago at={u.seen_at} size="sm" /> },
      { key: 'actions', title: 'Actions', width: 80, cell: (u) => <Actions person={u} last={lastOwner && u.role === 'owner'} onAct={(what) => act.current(what, u)} /> },
    ],
    [lastOwner, act],
  );
  return <DataTable label="Users" columns={columns} rows={rows} idOf={(u) => u.id} rowHeight={65} />;
}

function SignsInBy({ person: u }: { person: Person }) {
  if (u.sign_in.length > 0) return u.sign_in.map((w) => ways[w] ?? w).join(', ');
  return u.invited_until ? (
    <Badge variant="default">Invited</Badge>
  ) : (
    <Text size="sm" c="dimmed">
      Nothing yet
    </Text>
  );
}

function Actions({ person: u, last, onAct }: { person: Person; last: boolean; onAct: (act: Act) => void }) {
  const me = useSession();
  const greater = !rolesUpTo(me.role).some((r) => r.value === u.role);
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${u.name}`}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} disabled={greater} onClick={() => onAct('edit')}>
          Edit user
        </Menu.Item>
        <Menu.Item leftSection={<IconDeviceDesktop size={16} aria-hidden />} onClick={() => onAct('sessions')}>
          Sessions
        </Menu.Item>
        <Menu.Item leftSection={<IconLink size={16} aria-hidden />} disabled={greater} onClick={() => onAct('link')}>
          {u.sign_in.length ? 'Reset password' : 'New invitation link'}
        </Menu.Item>
        <Menu.Item c="var(--status-bad)" leftSection={<IconTrash size={16} aria-hidden />} disabled={u.id === me.user_id || greater || last} onClick={() => onAct('remove')}>
          Remove user
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
