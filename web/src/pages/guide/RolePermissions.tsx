import { Button, Group, List, Stack, Table, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';

import type { Grant, NetSuiteRole } from '../../api/schema';
import { Copy } from '../../parts/Copy';
import { download } from '../../parts/download';
import { Wide } from '../../parts/Wide';

const bases = {
  flows: 'Computed from the flows: nothing more, nothing less.',
  application: 'Proposed by what the application commonly moves. With flows it is computed.',
  none: 'What every connection needs. Choose flows to have the rest computed.',
};

/** The role as a table of permissions, and as an SDF object to deploy. */
export function RolePermissions({ role }: { role: NetSuiteRole }) {
  return (
    <Stack gap="sm">
      <Text size="sm">
        <b>{role.name}</b>
        {role.clone_of && `, a customised copy of ${role.clone_of}`}. {bases[role.basis]}
      </Text>
      <Permissions label="Permissions of the role" grants={role.grants} />
      {role.advised.length > 0 && (
        <>
          <Text size="sm" fw={600}>
            Advised as well
          </Text>
          <Permissions label="Permissions that are advised" grants={role.advised} />
        </>
      )}
      {role.unknown.length > 0 && (
        <>
          <Text size="sm" fw={600}>
            Not known
          </Text>
          <List size="sm">
            {role.unknown.map((u) => (
              <List.Item key={u.name}>
                {u.name}: {u.for}
              </List.Item>
            ))}
          </List>
        </>
      )}
      <Group gap="xs">
        <Copy text={role.checklist} label="Copy as checklist" />
        {role.sdf && (
          <>
            <Copy text={role.sdf} label="Copy SDF XML" />
            <Button variant="default" size="xs" leftSection={<IconDownload size={16} aria-hidden />} onClick={() => download(`customrole_${role.name.toLowerCase().replace(/[^a-z0-9]+/g, '')}.xml`, role.sdf ?? '', 'application/xml')}>
              Download SDF XML
            </Button>
          </>
        )}
      </Group>
    </Stack>
  );
}

function Permissions({ label, grants }: { label: string; grants: Grant[] }) {
  return (
    <Wide label={label}>
      <Table aria-label={label} fz="sm" verticalSpacing={5} horizontalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Tab</Table.Th>
            <Table.Th>Permission</Table.Th>
            <Table.Th>Level</Table.Th>
            <Table.Th>Needed for</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {grants.map((g) => (
            <Table.Tr key={g.id + g.level}>
              <Table.Td>{g.tab}</Table.Td>
              <Table.Td fw={600}>{g.name}</Table.Td>
              <Table.Td>{g.level}</Table.Td>
              <Table.Td>
                {g.for.map((f) => (
                  <div key={f}>{f}</div>
                ))}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}
