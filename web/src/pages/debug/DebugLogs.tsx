import { Anchor, Button, Paper, Table, Text } from '@mantine/core';
import { Link } from 'react-router';

import { query } from '../../api/client';
import type { Connection } from '../../api/schema';
import { Ago } from '../../parts/Ago';
import { Empty } from '../../parts/Empty';
import { Explain } from '../../parts/Explain';
import { PageHeader } from '../../parts/PageHeader';
import { PageSkeleton } from '../../parts/PageSkeleton';

/** Which connections are being logged, and the way to each log. */
export function DebugLogs() {
  const connections = query.useQuery('get', '/api/v1/connections', {}, { refetchInterval: 10_000 });
  const on = (c: Connection) => c.debug_until !== undefined && new Date(c.debug_until).getTime() > connections.dataUpdatedAt;
  const items = [...(connections.data?.items ?? [])].sort((a, b) => Number(on(b)) - Number(on(a)) || a.name.localeCompare(b.name));
  return (
    <>
      <PageHeader title="Debug logs" about="Every request of a connection and its answer, for 15 minutes or up to an hour. Secrets are masked, and the log ends by itself." />
      <Explain error={connections.error} />
      {connections.isPending && <PageSkeleton />}
      {connections.data && items.length === 0 && (
        <Empty
          title="There is no connection yet"
          action={
            <Button component={Link} to="/connections/new">
              Create connection
            </Button>
          }
        />
      )}
      {items.length > 0 && (
        <Paper withBorder maw={760}><Table verticalSpacing="sm" aria-label="Debug logs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Connection</Table.Th>
              <Table.Th>Debug log</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map((c) => (
              <Table.Tr key={c.id}>
                <Table.Td>
                  <Anchor component={Link} to={`/debug/${encodeURIComponent(c.name)}`} fw={600} size="sm">
                    {c.name}
                  </Anchor>
                </Table.Td>
                <Table.Td>
                  {on(c) ? (
                    <Text size="sm" c="var(--status-good)" fw={550}>
                      On, ends <Ago at={c.debug_until} />
                    </Text>
                  ) : (
                    <Text size="sm" c="dimmed">
                      Off
                    </Text>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table></Paper>
      )}
    </>
  );
}
