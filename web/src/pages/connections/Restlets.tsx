import { Badge, Code, Table, Text } from '@mantine/core';

import { query } from '../../api/client';
import { Copy } from '../../parts/Copy';
import { Empty } from '../../parts/Empty';
import { Explain } from '../../parts/Explain';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { Wide } from '../../parts/Wide';

/** RESTlets that are deployed in the account, which flows can call. */
export function Restlets({ connection }: { connection: string }) {
  const scripts = query.useQuery('get', '/api/v1/connections/{name}/restlets', { params: { path: { name: connection } } });
  if (scripts.isPending) return <PageSkeleton />;
  if (scripts.error) return <Explain error={scripts.error} />;
  if (scripts.data.items.length === 0) return <Empty title="No RESTlet is deployed">Deploy one under Customization › Scripting › Scripts, with Status Released and the role among its audience.</Empty>;
  return (
    <Wide label={`RESTlets of ${connection}`}>
      <Table miw={720} aria-label={`RESTlets of ${connection}`}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th>Script</Table.Th>
            <Table.Th>Deployment</Table.Th>
            <Table.Th>Status</Table.Th>
            <Table.Th>Address</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {scripts.data.items.map((s) => (
            <Table.Tr key={`${s.script} ${s.deployment}`}>
              <Table.Td>
                <Text size="sm" fw={600}>
                  {s.name}
                </Text>
              </Table.Td>
              <Table.Td>
                <Code>{s.script_id}</Code> {s.script}
              </Table.Td>
              <Table.Td>
                <Code>{s.deployment_id}</Code> {s.deployment}
              </Table.Td>
              <Table.Td>
                <Badge>{s.status}</Badge>{!s.deployed && <Text size="xs" c="var(--status-warn)">not deployed</Text>}
              </Table.Td>
              <Table.Td>{s.url && <Copy text={s.url} label="Copy address" />}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}
