import { ActionIcon, Button, Group, Modal, Select, Skeleton, Stack, Text } from '@mantine/core';
import { IconUserPlus, IconX } from '@tabler/icons-react';
import { useMemo, useState } from 'react';

import { query } from '../../api/client';
import { titleOf } from '../../api/integrations';
import { useRefresh } from '../../api/runs';
import type { IntegrationView, Member } from '../../api/schema';
import { Explain } from '../../parts/Explain';
import { FormButtons } from '../../parts/FormButtons';
import { type Column, DataTable } from '../../parts/table/DataTable';
import { useLatest } from '../../parts/useLatest';
import { useMay } from '../../session';
import { addsNothing, integrationRoles, type IntegrationRole, roleLabel } from '../people/roles';
import { Who } from '../people/Who';

/** Gives a person a role in an integration, or takes it away. */
function useSetMember(done?: () => void) {
  const refresh = useRefresh();
  return query.useMutation('put', '/api/v1/integrations/{name}/people/{user}', {
    onSuccess: () => {
      refresh('/api/v1/integrations/{name}/people', '/api/v1/users', '/api/v1/me');
      done?.();
    },
  });
}

/** Who may do what in an integration, and why. */
export function PeopleTab({ integration }: { integration: IntegrationView }) {
  const mayPeople = useMay('people.edit');
  const members = query.useQuery('get', '/api/v1/integrations/{name}/people', { params: { path: { name: integration.name } } });
  const [adding, setAdding] = useState(false);
  const set = useSetMember();
  const change = (m: Member, role: IntegrationRole | 'member') => set.mutate({ params: { path: { name: integration.name, user: m.id } }, body: { role } });
  if (members.error) return <Explain error={members.error} title="The people cannot be shown" />;
  return (
    <Stack>
      <Group justify="space-between" align="flex-start">
        <Text size="sm" c="dimmed" maw={640}>
          People with a role everywhere have it here too. Others see this integration alone, with its flows, runs, errors and connections.
        </Text>
        {mayPeople && (
          <Button size="xs" leftSection={<IconUserPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>
            Add a person
          </Button>
        )}
      </Group>
      <Explain error={set.error} />
      {members.data ? <MemberTable rows={members.data.items} mayPeople={mayPeople} onChange={change} /> : <Skeleton h={180} />}
      {adding && members.data && <AddMember integration={integration} members={members.data.items} onClose={() => setAdding(false)} />}
    </Stack>
  );
}

function MemberTable({ rows, mayPeople, onChange }: { rows: Member[]; mayPeople: boolean; onChange: (m: Member, role: IntegrationRole | 'member') => void }) {
  const change = useLatest(onChange);
  const columns = useMemo((): Column<Member>[] => {
    const shown: Column<Member>[] = [
      { key: 'name', title: 'Name', cell: (m) => <Who id={m.id} name={m.name} email={m.email} /> },
      { key: 'role', title: 'Role here', width: 136, cell: (m) => (mayPeople && m.own ? <RoleHere member={m} own={m.own} onChange={(r) => change.current(m, r)} /> : roleLabel(m.role)) },
      {
        key: 'from',
        title: 'Comes from',
        width: '24%',
        from: 'sm',
        cell: (m) => (
          <Text size="sm" c="dimmed">
            {m.own && !addsNothing(m.floor, m.own) ? 'This integration' : `${roleLabel(m.floor)} everywhere`}
          </Text>
        ),
      },
    ];
    if (mayPeople) shown.push({ key: 'actions', title: <span className="sr-only">Actions</span>, width: 56, cell: (m) => m.own && <TakeAway member={m} onClick={() => change.current(m, 'member')} /> });
    return shown;
  }, [mayPeople, change]);
  return <DataTable label="People" columns={columns} rows={rows} idOf={(m) => m.id} rowHeight={65} />;
}

function RoleHere({ member, own, onChange }: { member: Member; own: string; onChange: (role: IntegrationRole) => void }) {
  return (
    <Select
      size="xs"
      aria-label={`Role of ${member.name}`}
      data={integrationRoles.map((r) => ({ ...r }))}
      value={own}
      allowDeselect={false}
      onChange={(r) => r && r !== own && onChange(r as IntegrationRole)}
    />
  );
}

function TakeAway({ member, onClick }: { member: Member; onClick: () => void }) {
  return (
    <ActionIcon variant="subtle" color="gray" aria-label={`Take the role of ${member.name} away`} onClick={onClick}>
      <IconX size={18} aria-hidden />
    </ActionIcon>
  );
}

function AddMember({ integration, members, onClose }: { integration: IntegrationView; members: Member[]; onClose: () => void }) {
  const users = query.useQuery('get', '/api/v1/users');
  const [user, setUser] = useState<string | null>(null);
  const [role, setRole] = useState<IntegrationRole>('monitor');
  const set = useSetMember(onClose);
  const free = (users.data?.items ?? []).filter((u) => !members.some((m) => m.id === u.id && (m.own || addsNothing(m.floor, 'manage'))));
  return (
    <Modal opened onClose={onClose} title={`Add a person to ${titleOf(integration)}`} centered closeButtonProps={{ 'aria-label': 'Close' }}>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          if (user) set.mutate({ params: { path: { name: integration.name, user } }, body: { role } });
        }}
      >
        <Stack>
          <Select label="Person" required searchable data-autofocus placeholder="Name or address" nothingFoundMessage="Nobody else. Add users under Account." data={free.map((u) => ({ value: u.id, label: `${u.name} · ${u.email}` }))} value={user} onChange={setUser} />
          <Select label="Role" required allowDeselect={false} data={integrationRoles.map((r) => ({ ...r }))} value={role} onChange={(r) => r && setRole(r as IntegrationRole)} />
          <Explain error={users.error ?? set.error} />
          <FormButtons yes="Add" pending={set.isPending} onCancel={onClose} />
        </Stack>
      </form>
    </Modal>
  );
}
