import { ActionIcon, Button, Group, Modal, Select, Skeleton, Stack, Table, Text } from '@mantine/core';
import { IconUserPlus, IconX } from '@tabler/icons-react';
import { useState } from 'react';

import { query } from '../../api/client';
import { titleOf } from '../../api/integrations';
import { useRefresh } from '../../api/runs';
import type { IntegrationView, Member } from '../../api/schema';
import { Explain } from '../../parts/Explain';
import { FormButtons } from '../../parts/FormButtons';
import { Wide } from '../../parts/Wide';
import { useMay, useSession } from '../../session';
import { addsNothing, integrationRoles, type IntegrationRole, roleLabel } from '../people/roles';

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
  const me = useSession();
  return (
    <Wide label="People">
      <Table verticalSpacing="sm" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th w={150}>Role here</Table.Th>
            <Table.Th visibleFrom="sm">Comes from</Table.Th>
            {mayPeople && <Table.Th w={90}>Actions</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((m) => (
            <Table.Tr key={m.id}>
              <Table.Td>
                <Text size="sm" fw={550}>
                  {m.name}
                  {m.id === me.user_id && ' (you)'}
                </Text>
                <Text size="sm" c="dimmed" style={{ overflowWrap: 'break-word' }}>
                  {m.email}
                </Text>
              </Table.Td>
              <Table.Td>
                {mayPeople && m.own ? (
                  <Select
                    size="xs"
                    miw={118}
                    aria-label={`Role of ${m.name}`}
                    data={integrationRoles.map((r) => ({ ...r }))}
                    value={m.own}
                    allowDeselect={false}
                    onChange={(r) => r && r !== m.own && onChange(m, r as IntegrationRole)}
                  />
                ) : (
                  roleLabel(m.role)
                )}
              </Table.Td>
              <Table.Td visibleFrom="sm">
                <Text size="sm" c="dimmed">
                  {m.own && !addsNothing(m.floor, m.own) ? 'This integration' : `${roleLabel(m.floor)} everywhere`}
                </Text>
              </Table.Td>
              {mayPeople && (
                <Table.Td>
                  {m.own && (
                    <ActionIcon variant="subtle" color="gray" aria-label={`Take the role of ${m.name} away`} onClick={() => onChange(m, 'member')}>
                      <IconX size={18} aria-hidden />
                    </ActionIcon>
                  )}
                </Table.Td>
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
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
