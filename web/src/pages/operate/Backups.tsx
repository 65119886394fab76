import { Alert, Anchor, Button, Card, Code, Group, Stack, Table, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';

import { query } from '../../api/client';
import { useRefresh } from '../../api/runs';
import type { Backups as Plan } from '../../api/schema';
import { Ago } from '../../parts/Ago';
import { Empty } from '../../parts/Empty';
import { Explain } from '../../parts/Explain';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { Wide } from '../../parts/Wide';
import { bytesText } from './bytes';

/** The backups that the server makes by itself. */
export function Backups({ onRestore }: { onRestore?: (name: string) => void }) {
  const backups = query.useQuery('get', '/api/v1/backups');
  const refresh = useRefresh();
  const make = query.useMutation('post', '/api/v1/backups', {
    onSuccess: (made) => {
      notifications.show({ message: `${made.name} is made` });
      refresh('/api/v1/backups', '/api/v1/keys');
    },
  });
  if (backups.error) return <Explain error={backups.error} title="The scheduled backups cannot be shown" />;
  if (!backups.data) return <PageSkeleton rows={3} />;
  const plan = backups.data;
  if (!plan.folder)
    return (
      <Empty title="No scheduled backups">
        Start the server with <Code>--backup-dir DIR</Code> and it makes one each day, keeps the last seven, and tells you when one fails.
      </Empty>
    );
  return (
    <Card withBorder padding="lg" component="section" aria-label="Scheduled backups">
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start" gap="sm">
          <div>
            <Title order={2} size="h4">
              Scheduled backups
            </Title>
            <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
              Every {plan.every?.replace(/0m0s$|0s$/, '')} in {plan.folder}; the last {plan.keep} are kept. The next is due <Ago at={plan.next} />.
            </Text>
          </div>
          <Button variant="default" loading={make.isPending} onClick={() => make.mutate({})}>
            Back up now
          </Button>
        </Group>
        <Explain error={make.error} title="The backup was not made" />
        {plan.error && (
          <Alert color="red" title="The last scheduled backup failed">
            {plan.error}
          </Alert>
        )}
        {plan.items.length === 0 ? (
          <Text size="sm" c="dimmed">
            None has been made yet.
          </Text>
        ) : (
          <BackupTable items={plan.items} onRestore={onRestore} />
        )}
      </Stack>
    </Card>
  );
}

function BackupTable({ items, onRestore }: { items: Plan['items']; onRestore?: (name: string) => void }) {
  return (
    <Wide label="Scheduled backups">
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th>Made</Table.Th>
            <Table.Th ta="right">Size</Table.Th>
            {onRestore && <Table.Th aria-label="What can be done" />}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((b) => (
            <Table.Tr key={b.name}>
              <Table.Td>
                <Anchor href={`/api/v1/backups/${encodeURIComponent(b.name)}`} download size="sm">
                  {b.name}
                </Anchor>
              </Table.Td>
              <Table.Td>
                <Ago at={b.made_at} size="sm" />
              </Table.Td>
              <Table.Td ta="right">{bytesText(b.size)}</Table.Td>
              {onRestore && (
                <Table.Td ta="right">
                  <Button size="compact-xs" variant="default" onClick={() => onRestore(b.name)} aria-label={`Restore ${b.name}`}>
                    Restore
                  </Button>
                </Table.Td>
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}
