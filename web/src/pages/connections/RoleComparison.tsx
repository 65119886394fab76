import { Alert, Badge, Button, Group, List, Loader, Stack, Table, Text, Title } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';

import { query } from '../../api/client';
import type { Connection, RoleNeed } from '../../api/schema';
import { Explain } from '../../parts/Explain';
import { Wide } from '../../parts/Wide';
import { RolePermissions } from '../guide/RolePermissions';
import { guideType } from '../guide/GuideSide';

const shownAs: Record<RoleNeed['shown'], { label: string; color: string }> = {
  held: { label: 'held', color: 'var(--status-good)' },
  refused: { label: 'lacks', color: 'var(--status-bad)' },
  'not shown': { label: 'NetSuite does not show it', color: 'dimmed' },
};

/** The role that the flows need, beside what NetSuite shows of the role that the connection has. */
export function RoleComparison({ connection }: { connection: Connection }) {
  const { name } = connection;
  const report = query.useQuery('get', '/api/v1/connections/{name}/role', { params: { path: { name } } }, { staleTime: 60_000 });
  const used = query.useQuery('get', '/api/v1/connections/{name}/flows', { params: { path: { name } } });
  const type = guideType(connection.settings.type ?? 'token');
  const guide = query.useQuery('get', '/api/v1/guide', { params: { query: { type, connection: name, flow: used.data?.items } } }, { enabled: Boolean(used.data?.items.length) });
  return (
    <Stack gap="lg">
      <Group justify="space-between">
        <Title order={2} size="h4">
          What the flows need, and what the role may
        </Title>
        <Button variant="default" size="xs" leftSection={<IconRefresh size={16} aria-hidden />} loading={report.isFetching} onClick={() => void report.refetch()}>
          Compare again
        </Button>
      </Group>
      <Explain error={report.error} />
      {report.isPending && (
        <Group gap="sm" role="status" mih={160}>
          <Loader size="sm" />
          <Text size="sm">Asking NetSuite for what the flows need</Text>
        </Group>
      )}
      {report.data && (
        <>
          <Alert variant="outline" color={report.data.lacking.length > 0 ? 'red' : 'gray'} title={report.data.role ? `Role: ${report.data.role}` : undefined}>
            <Text size="sm">{report.data.note}</Text>
          </Alert>
          <Needs label="Permissions that the flows need" needs={report.data.needed} />
          {report.data.excess.length > 0 && (
            <>
              <Title order={3} size="h5">
                More than the flows need
              </Title>
              <Needs label="Permissions that no flow needs" needs={report.data.excess} />
            </>
          )}
          {report.data.unknown.length > 0 && (
            <div>
              <Title order={3} size="h5">
                Permission not known
              </Title>
              <List size="sm">
                {report.data.unknown.map((u) => (
                  <List.Item key={u}>{u}</List.Item>
                ))}
              </List>
            </div>
          )}
        </>
      )}
      {guide.data && (
        <section aria-label="The computed role">
          <Title order={2} size="h4" mb="sm">
            The computed role
          </Title>
          <RolePermissions role={guide.data.role} />
        </section>
      )}
    </Stack>
  );
}

function Needs({ label, needs }: { label: string; needs: RoleNeed[] }) {
  if (needs.length === 0) return <Text size="sm" c="dimmed">None.</Text>;
  return (
    <Wide label={label}>
      <Table miw={640} aria-label={label} verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Permission</Table.Th>
            <Table.Th>Level</Table.Th>
            <Table.Th>The role</Table.Th>
            <Table.Th>Needed by</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {needs.map((n) => (
            <Table.Tr key={n.id + n.level}>
              <Table.Td fw={600}>{n.permission}</Table.Td>
              <Table.Td>
                <Badge variant="default">{n.level}</Badge>
              </Table.Td>
              <Table.Td>
                <Text size="sm" c={shownAs[n.shown].color} fw={550} title={n.evidence}>
                  {shownAs[n.shown].label}
                </Text>
              </Table.Td>
              <Table.Td>{n.because.join(', ')}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}
