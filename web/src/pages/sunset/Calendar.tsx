import { Anchor, Card, Group, Table, Text, Title } from '@mantine/core';

import type { Ending } from '../../api/schema';
import { Wide } from '../../parts/Wide';
import { kinds } from './Effects';
import classes from './sunset.module.css';

/** Oracle's calendar, with the pages that say so. */
export function Calendar({ items }: { items: Ending[] }) {
  return (
    <Card component="section" withBorder padding="lg" aria-label="Oracle's calendar">
      <Title order={2} size="h4" mb="sm">
        Oracle&apos;s calendar
      </Title>
      <Wide label="Oracle's calendar">
        <Table verticalSpacing="sm" miw={540} aria-label="Oracle's calendar">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={150}>Release</Table.Th>
              <Table.Th>What ends</Table.Th>
              <Table.Th w={120}>How</Table.Th>
              <Table.Th w={110}>Oracle&apos;s pages</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map((e) => (
              <Table.Tr key={e.code} className={classes.flow}>
                <Table.Td>
                  <Text size="sm" fw={550}>
                    {e.release}
                  </Text>
                  <Text size="xs" c="dimmed">
                    {e.past && 'Since '}
                    {e.when}
                    {e.tentative && ', tentative'}
                  </Text>
                </Table.Td>
                <Table.Td>
                  <Text size="sm">{e.what}</Text>
                  {e.detail && (
                    <Text size="xs" c="dimmed">
                      {e.detail}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td>{kinds[e.kind]}</Table.Td>
                <Table.Td>
                  <Group gap="xs">
                    {e.sources.map((s, i) => (
                      <Anchor key={s} href={s} target="_blank" rel="noreferrer" size="sm" underline="always" aria-label={`Oracle's page ${i + 1} on: ${e.what}`}>
                        {i + 1}
                      </Anchor>
                    ))}
                  </Group>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Wide>
    </Card>
  );
}
