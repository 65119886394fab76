import { Alert, Card, Stack, Table, Text, Title } from '@mantine/core';

import type { DryError, DryRun } from '../../../api/schema';
import { Wide } from '../../../parts/Wide';
import classes from './dry.module.css';
import { PlannedRequest } from './PlannedRequest';

const number = new Intl.NumberFormat('en');

/** What a run would do: in all, and request by request. */
export function DryRunResult({ raw, result: r, stale }: { raw: string; result: DryRun; stale: boolean }) {
  const requests = r.requests ?? [];
  const all = (r.imports ?? []).reduce((sum, i) => sum + i.requests, 0);
  return (
    <Stack gap="md">
      {stale && <Alert title="The flow has changed since. Run it dry again." />}
      {r.failure && <Failure failure={r.failure} />}
      <Summary run={r} all={all} />
      {(r.errors ?? []).length > 0 && <Errors items={r.errors ?? []} all={r.counts.failed} />}
      {requests.length > 0 && (
        <Stack gap="sm" component="section" aria-label="Requests">
          <Title order={2} size="h4">
            {requests.length === all ? (all === 1 ? 'The request' : `All ${number.format(all)} requests`) : `The first ${number.format(requests.length)} of ${number.format(all)} requests`}
          </Title>
          {requests.map((q, i) => (
            <PlannedRequest key={`${q.step} ${q.seq} ${i}`} request={q} raw={raw} at={i} />
          ))}
        </Stack>
      )}
    </Stack>
  );
}

function Failure({ failure: f }: { failure: NonNullable<DryRun['failure']> }) {
  return (
    <Alert role="alert" color="red" variant="outline" title="A run would not get through">
      <Text size="sm">{f.message}</Text>
      {f.remedy && <Text size="sm">{f.remedy}</Text>}
    </Alert>
  );
}

function Summary({ run: r, all }: { run: DryRun; all: number }) {
  const counts: [string, number][] = [
    ['read', r.counts.read],
    ['would be written', r.counts.written],
    ['would stay unchanged', r.counts.unchanged],
    ['excluded', r.counts.excluded],
    ['would fail', r.counts.failed],
  ];
  return (
    <Card padding="md" component="section" aria-label="In all">
      <ul className={classes.counts}>
        {counts.map(([label, n]) => (
          <li key={label}>
            <Text fw={650} size="xl" lh={1.2} c={label === 'would fail' && n > 0 ? 'var(--status-bad)' : undefined}>
              {number.format(n)}
            </Text>
            <Text size="sm" c="dimmed">
              {label}
            </Text>
          </li>
        ))}
      </ul>
      <Text size="sm" mt="sm">
        {all === 0 ? 'Nothing would be sent.' : (r.imports ?? []).map((i) => `${i.step}: ${number.format(i.requests)} ${i.requests === 1 ? 'request' : 'requests'}`).join(' · ')}
      </Text>
    </Card>
  );
}

function Errors({ items, all }: { items: DryError[]; all: number }) {
  return (
    <Card padding="md" component="section" aria-label="Records that would fail">
      <Title order={2} size="h4" mb="xs">
        {items.length < all ? `The first ${items.length} of ${number.format(all)} records that would fail` : 'Records that would fail'}
      </Title>
      <Wide label="Records that would fail">
        <Table verticalSpacing="xs" miw={520}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Key</Table.Th>
              <Table.Th>Step</Table.Th>
              <Table.Th>Why</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map((e) => (
              <Table.Tr key={`${e.seq} ${e.step}`}>
                <Table.Td>{e.key || e.seq}</Table.Td>
                <Table.Td>{e.step}</Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>
                  {e.message}
                  <Text size="xs" c="dimmed">
                    {e.code}
                  </Text>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Wide>
    </Card>
  );
}
