import { Table, Text, Title } from '@mantine/core';

import type { Run } from '../../api/schema';
import { Wide } from '../../parts/Wide';
import classes from './runs.module.css';

const columns = ['read', 'written', 'unchanged', 'excluded', 'failed'] as const;

/** A run's control totals, by what became of the records. */
export function Totals({ run }: { run: Run }) {
  return (
    <section aria-labelledby="totals">
      <Title order={2} size="h5" id="totals" mb={4}>
        Control totals
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        What was read equals what was written, unchanged, excluded and failed.
      </Text>
      <Wide label="Control totals">
        <Table verticalSpacing="sm" className={classes.figures}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Total</Table.Th>
              {columns.map((c) => (
                <Table.Th key={c} ta="right">
                  {c.charAt(0).toUpperCase() + c.slice(1)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {run.totals?.map((t) => (
              <Table.Tr key={t.name}>
                <Table.Td fw={550}>{t.name}</Table.Td>
                {columns.map((c) => (
                  <Table.Td key={c} ta="right">
                    {t[c]}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Wide>
    </section>
  );
}
