import { Card, Code, Stack, Table, Text, Title } from '@mantine/core';

import { query } from '../../api/client';
import { Explain } from '../../parts/Explain';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { Wide } from '../../parts/Wide';
import classes from './settings.module.css';

/** How the server was started. It is changed where it is started. */
export function ServerFacts() {
  const facts = query.useQuery('get', '/api/v1/server');
  if (facts.error) return <Explain error={facts.error} title="How the server was started cannot be shown" />;
  if (!facts.data) return <PageSkeleton rows={8} />;
  return (
    <Card withBorder padding="lg" component="section" aria-label="This server">
      <Stack gap="sm">
        <div>
          <Title order={2} size="h4">
            This server
          </Title>
          <Text size="sm" c="dimmed">
            As it was started. Flags of <Code>sluice serve</Code> change it, at its next start.
          </Text>
        </div>
        <Wide label="This server">
          <Table verticalSpacing="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>What</Table.Th>
                <Table.Th>Is</Table.Th>
                <Table.Th>Set by</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {facts.data.items.map((f) => (
                <Table.Tr key={f.name}>
                  <Table.Td>{f.label}</Table.Td>
                  <Table.Td className={classes.value}>{f.value || <Text span inherit c="dimmed">none</Text>}</Table.Td>
                  <Table.Td style={{ whiteSpace: 'nowrap' }}>{f.flag && <Code>{f.flag}</Code>}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Wide>
      </Stack>
    </Card>
  );
}
