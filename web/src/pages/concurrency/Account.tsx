import { Badge, Card, Group, Stack, Table, Text, Title } from '@mantine/core';

import type { AccountTraffic, Concurrency } from '../../api/schema';
import { exactText } from '../../parts/Ago';
import { LineChart, type Series } from '../../parts/charts/Chart';
import { Figure } from '../../parts/charts/Figure';
import { durationText } from '../../parts/duration';
import { Facts } from '../../parts/Facts';
import { countText, percentText, rateText } from '../../parts/numbers';
import { SlotBar } from '../../parts/SlotBar';
import { TextLink } from '../../parts/TextLink';
import classes from './concurrency.module.css';
import { spread } from './points';
import { Users } from './Users';

const series: Series[] = [
  { name: 'peak', label: 'Most in use at one time', color: 'var(--chart-good)' },
  { name: 'mean', label: 'In use on average', color: 'var(--chart-calm)' },
  { name: 'limit', label: 'Limit', color: 'var(--chart-bad)' },
];

const queue: Series[] = [
  { name: 'waiting', label: 'Most that waited', color: 'var(--chart-warn)' },
  { name: 'refused', label: 'Refused', color: 'var(--chart-bad)' },
];

/** An account as people call it. */
export function titleOf(a: Pick<AccountTraffic, 'kind' | 'account' | 'address'>): string {
  const host = a.address ? ` at ${a.address.replace(/^https?:\/\//, '')}` : '';
  return `${a.account}${host}`;
}

/** One account's slots: now, over time, and who takes them. */
export function Account({ account: a, of }: { account: AccountTraffic; of: Concurrency }) {
  const title = titleOf(a);
  const points = spread(a.points, of);
  return (
    <Card component="section" padding="lg" aria-label={title}>
      <Stack gap="md">
        <Group justify="space-between" gap="sm">
          <Group gap="sm">
            <Title order={2} size="h4" style={{ overflowWrap: 'anywhere' }}>
              {title}
            </Title>
            <Badge>{a.kind === 'netsuite' ? 'NetSuite account' : 'HTTP'}</Badge>
          </Group>
          <SlotBar slots={a} />
        </Group>
        <Limit account={a} />
        <Facts items={facts(a)} />
        <Figure
          title="Slots over time"
          series={series}
          more={queue}
          chart={
            <>
              <LineChart label={`Slots of ${title} over time: at most ${a.totals.peak} of ${a.limit} in use at one time`} series={series} data={points} height={180} />
              <LineChart label={`Requests to ${title} that waited over time: at most ${a.totals.waiting_peak} at one time; ${countText(a.totals.refused)} were refused`} series={queue} data={points} height={110} />
            </>
          }
          table={<PointTable account={a} />}
        />
        <Users items={a.users} busy={a.totals.busy_ms} />
      </Stack>
    </Card>
  );
}

function facts(a: AccountTraffic) {
  const t = a.totals;
  return [
    { label: 'Requests', value: countText(t.granted) },
    { label: 'Most at one time', value: `${t.peak} of ${a.limit}` },
    { label: 'On average', value: rateText(Math.round(t.mean * 100) / 100) },
    { label: 'Waited on average', value: t.granted > 0 ? durationText(t.waited_ms / t.granted) : '–' },
    { label: 'Most that waited', value: countText(t.waiting_peak) },
    { label: 'Refused', value: countText(t.refused), bad: t.refused > 0 },
  ];
}

/** Where the limit comes from, and what refusals have done to it. */
function Limit({ account: a }: { account: AccountTraffic }) {
  return (
    <Text size="sm">
      At most {a.limit} at one time
      {a.limit_from && (
        <>
          , as the connection <TextLink to={`/connections/${encodeURIComponent(a.limit_from)}`}>{a.limit_from}</TextLink> is set
          {a.kind === 'netsuite' ? ': the lowest of the account’s connections counts' : ''}
        </>
      )}
      .
      {a.allowance < a.limit && (
        <Text span inherit c="var(--status-warn)" fw={550}>
          {' '}
          The account refused requests, so {a.allowance} are sent at one time for now; answers raise it again.
        </Text>
      )}
    </Text>
  );
}

function PointTable({ account: a }: { account: AccountTraffic }) {
  return (
    <Table verticalSpacing={4} className={classes.figures} aria-label={`Slots of ${titleOf(a)} over time`} stickyHeader>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>From</Table.Th>
          {['Limit', 'Most in use', 'On average', 'Most that waited', 'Requests', 'Refused', 'Of the slots’ time'].map((c) => (
            <Table.Th key={c} ta="right">
              {c}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {a.points.toReversed().map((p) => (
          <Table.Tr key={p.at}>
            <Table.Td>{exactText(p.at)}</Table.Td>
            {[countText(p.limit), countText(p.peak), rateText(p.mean), countText(p.waiting_peak), countText(p.granted), countText(p.refused), percentText(p.mean, p.limit)].map((v, n) => (
              <Table.Td key={n} ta="right">
                {v}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
