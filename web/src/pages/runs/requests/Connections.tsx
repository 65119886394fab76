import { Table } from '@mantine/core';

import type { RequestCounts } from '../../../api/schema';
import { durationText } from '../../../parts/duration';
import { bytesText, countText } from '../../../parts/numbers';
import { TextLink } from '../../../parts/TextLink';
import { Wide } from '../../../parts/Wide';
import classes from './requests.module.css';

/** All requests of a run, added up by connection. */
export function Connections({ items }: { items: RequestCounts[] }) {
  const each = (total: number, n: number) => (n > 0 ? durationText(total / n) : '–');
  return (
    <Wide label="Requests by connection">
      <Table verticalSpacing="xs" miw={760} className={classes.table} aria-label="Requests by connection">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Connection</Table.Th>
            {['Requests', 'Failed', 'Made again', 'Took on average', 'Slowest', 'Waited on average', 'Sent', 'Received'].map((h) => (
              <Table.Th key={h} ta="right">
                {h}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((c) => (
            <Table.Tr key={c.connection}>
              <Table.Td>
                <TextLink to={`/connections/${encodeURIComponent(c.connection)}`}>{c.connection}</TextLink>
              </Table.Td>
              <Table.Td ta="right">{countText(c.requests)}</Table.Td>
              <Table.Td ta="right" c={c.failed ? 'var(--status-bad)' : undefined}>
                {countText(c.failed)}
              </Table.Td>
              <Table.Td ta="right">{countText(c.retries)}</Table.Td>
              <Table.Td ta="right">{each(c.took_ms, c.requests)}</Table.Td>
              <Table.Td ta="right">{durationText(c.slowest_ms)}</Table.Td>
              <Table.Td ta="right">{each(c.waited_ms, c.requests)}</Table.Td>
              <Table.Td ta="right">{bytesText(c.sent)}</Table.Td>
              <Table.Td ta="right">{bytesText(c.received)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}
