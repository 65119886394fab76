import { Button, Center, Table, Text } from '@mantine/core';
import { useState } from 'react';

import type { RunRequest } from '../../../api/schema';
import { durationText } from '../../../parts/duration';
import { bytesText } from '../../../parts/numbers';
import { Wide } from '../../../parts/Wide';
import { answerOf, outcomeOf, whatOf } from './request';
import classes from './requests.module.css';

const part = 25;

/** Requests one by one, each with its wait and its time as a bar on one scale. */
export function RequestTable({ items, begun, slow }: { items: RunRequest[]; begun: number; slow: number }) {
  const [shown, setShown] = useState(part);
  const rows = items.slice(0, shown);
  const longest = Math.max(...rows.map((r) => r.waited_ms + r.took_ms), 1);
  return (
    <>
      <Wide label="Requests">
        <Table verticalSpacing={6} miw={860} className={classes.table} aria-label="Requests">
          <Table.Thead>
            <Table.Tr>
              <Table.Th ta="right" w={90}>
                Into the run
              </Table.Th>
              <Table.Th>Request</Table.Th>
              <Table.Th>Answer</Table.Th>
              <Table.Th ta="right">Waited</Table.Th>
              <Table.Th ta="right">Took</Table.Th>
              <Table.Th w={140} aria-label="Wait and time as a bar" />
              <Table.Th ta="right">Sent</Table.Th>
              <Table.Th ta="right">Received</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((r, n) => (
              <Table.Tr key={n}>
                <Table.Td ta="right">{durationText(Math.max(Date.parse(r.at) - begun, 0))}</Table.Td>
                <Table.Td>
                  <Text size="sm" fw={550}>
                    {whatOf(r)}
                    {r.attempt > 1 && (
                      <Text span size="xs" c="dimmed">
                        {' '}
                        attempt {r.attempt}
                      </Text>
                    )}
                  </Text>
                  <Text size="xs" c="dimmed" className={classes.path}>
                    {[r.step, r.connection, r.path && `${r.method} ${r.path}`].filter(Boolean).join(' · ')}
                  </Text>
                </Table.Td>
                <Table.Td c={r.failure ? 'var(--status-bad)' : undefined} fw={r.failure ? 550 : undefined}>
                  {answerOf(r)}
                </Table.Td>
                <Table.Td ta="right">{durationText(r.waited_ms)}</Table.Td>
                <Table.Td ta="right">{durationText(r.took_ms)}</Table.Td>
                <Table.Td aria-hidden>
                  <span className={classes.times}>
                    <span className={classes.wait} style={{ width: `${(r.waited_ms / longest) * 100}%` }} />
                    <span className={classes.took} data-outcome={outcomeOf(r, slow)} style={{ width: `${(r.took_ms / longest) * 100}%` }} />
                  </span>
                </Table.Td>
                <Table.Td ta="right">{r.sent ? bytesText(r.sent) : ''}</Table.Td>
                <Table.Td ta="right">{r.received ? bytesText(r.received) : ''}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Wide>
      {items.length > shown && (
        <Center mt="sm">
          <Button variant="default" onClick={() => setShown((n) => n + 4 * part)}>
            Show more
          </Button>
        </Center>
      )}
    </>
  );
}
