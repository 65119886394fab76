import { Skeleton, Table } from '@mantine/core';

import type { History } from '../../api/schema';
import { BarChart, type Series } from '../../parts/charts/Chart';
import { Figure } from '../../parts/charts/Figure';
import { Explain } from '../../parts/Explain';
import { countText } from '../../parts/numbers';
import { exactText } from '../../parts/Ago';
import classes from './runs.module.css';
import { pointText } from './span';

const series: Series[] = [
  { name: 'done', label: 'Records done', color: 'var(--chart-good)' },
  { name: 'errors', label: 'Records failed', color: 'var(--chart-bad)' },
];

/** How many records runs dealt with over time, and how many failed. */
export function HistoryChart({ history: h, error }: { history?: History; error: unknown }) {
  if (error) return <Explain error={error} title="The history cannot be shown" />;
  if (!h) return <Skeleton height={300} radius="md" mb="md" />;
  const whole = (Date.parse(h.until) - Date.parse(h.since)) / 1000;
  const { runs, failed, cancelled, done, errors } = h.totals;
  const parts = [
    `${countText(runs)} ${runs === 1 ? 'run' : 'runs'}`,
    failed ? `${countText(failed)} could not go on` : '',
    cancelled ? `${countText(cancelled)} cancelled` : '',
    `${countText(done)} records done`,
    `${countText(errors)} failed`,
  ].filter(Boolean);
  return (
    <div className={classes.chart}>
      <Figure
        title="Records over time"
        about={parts.join(' · ') + (h.more ? ' (the newest runs are missing: there are too many)' : '')}
        series={series}
        chart={<BarChart label={`Records over time: ${parts.join(', ')}`} series={series} height={190} data={h.points.map((p) => ({ at: pointText(p.at, h.seconds, whole), done: p.done, errors: p.errors }))} />}
        table={<PointTable history={h} />}
      />
    </div>
  );
}

function PointTable({ history: h }: { history: History }) {
  const points = h.points.filter((p) => p.runs > 0).toReversed();
  return (
    <Table verticalSpacing={4} className={classes.figures} aria-label="Records over time" stickyHeader>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>From</Table.Th>
          {['Runs', 'Completed', 'Not gone on', 'Cancelled', 'Records done', 'Records failed'].map((c) => (
            <Table.Th key={c} ta="right">
              {c}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {points.map((p) => (
          <Table.Tr key={p.at}>
            <Table.Td>{exactText(p.at)}</Table.Td>
            {[p.runs, p.completed, p.failed, p.cancelled, p.done, p.errors].map((n, i) => (
              <Table.Td key={i} ta="right">
                {countText(n)}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
