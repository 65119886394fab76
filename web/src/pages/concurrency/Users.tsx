import { Table, Text } from '@mantine/core';

import type { SlotUser } from '../../api/schema';
import { durationText } from '../../parts/duration';
import { countText, percentText } from '../../parts/numbers';
import { TextLink } from '../../parts/TextLink';
import { Wide } from '../../parts/Wide';
import classes from './concurrency.module.css';

/** Which flows and connections take an account's slots. */
export function Users({ items, busy }: { items: SlotUser[]; busy: number }) {
  if (items.length === 0) return null;
  return (
    <div>
      <Text fw={600} size="sm" mb={4}>
        Who takes them
      </Text>
      <Wide label="Who takes slots">
        <Table verticalSpacing="xs" miw={720} className={classes.figures} aria-label="Who takes slots">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Flow</Table.Th>
              <Table.Th>Connection</Table.Th>
              {['Now', 'Waiting', 'Requests', 'Refused', 'Waited on average', 'Of the time used'].map((h) => (
                <Table.Th key={h} ta="right">
                  {h}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map((u) => (
              <Table.Tr key={`${u.flow ?? ''} ${u.connection}`}>
                <Table.Td>
                  {u.flow ? (
                    <TextLink to={`/flows/${encodeURIComponent(u.flow)}`}>{u.flow}</TextLink>
                  ) : (
                    <Text size="sm" c="dimmed">
                      people and tests
                    </Text>
                  )}
                </Table.Td>
                <Table.Td>
                  <TextLink to={`/connections/${encodeURIComponent(u.connection)}`}>{u.connection}</TextLink>
                </Table.Td>
                <Table.Td ta="right">{countText(u.in_use)}</Table.Td>
                <Table.Td ta="right">{countText(u.waiting)}</Table.Td>
                <Table.Td ta="right">{countText(u.granted)}</Table.Td>
                <Table.Td ta="right" c={u.refused ? 'var(--status-bad)' : undefined}>
                  {countText(u.refused)}
                </Table.Td>
                <Table.Td ta="right">{u.granted > 0 ? durationText(u.waited_ms / u.granted) : '–'}</Table.Td>
                <Table.Td ta="right">{percentText(u.busy_ms, busy)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Wide>
    </div>
  );
}
