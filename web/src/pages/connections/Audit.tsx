import { Table, Text } from '@mantine/core';

import { query } from '../../api/client';
import type { Connection } from '../../api/schema';
import { Ago } from '../../parts/Ago';
import { Explain } from '../../parts/Explain';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { Wide } from '../../parts/Wide';

/** Who did what to a connection, newest first. */
export function Audit({ connection }: { connection: Connection }) {
  const events = query.useQuery('get', '/api/v1/audit', { params: { query: { noun: 'connection', name: connection.name, limit: 100 } } });
  if (events.isPending) return <PageSkeleton />;
  const items = events.data?.items ?? [];
  return (
    <>
      <Explain error={events.error} />
      {events.data && items.length === 0 && <Text c="dimmed">Nothing is recorded.</Text>}
      {items.length > 0 && (
        <Wide label={`Audit log of ${connection.name}`}>
          <Table miw={560} aria-label={`Audit log of ${connection.name}`}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>When</Table.Th>
                <Table.Th>Who</Table.Th>
                <Table.Th>What</Table.Th>
                <Table.Th>Detail</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((e) => (
                <Table.Tr key={e.id}>
                  <Table.Td style={{ whiteSpace: 'nowrap' }}>
                    <Ago at={e.at} size="sm" />
                  </Table.Td>
                  <Table.Td>{e.actor}</Table.Td>
                  <Table.Td>{e.action}</Table.Td>
                  <Table.Td>{e.detail}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Wide>
      )}
    </>
  );
}
