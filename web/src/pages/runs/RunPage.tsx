import { Anchor, Button, Card, Group, Stack, Table, Text, Title } from '@mantine/core';
import { IconPlayerStop, IconRefresh } from '@tabler/icons-react';
import { Link, useParams } from 'react-router';

import { query, statusOf } from '../../api/client';
import { useRefresh } from '../../api/runs';
import type { Run } from '../../api/schema';
import { Ago } from '../../parts/Ago';
import { durationText } from '../../parts/duration';
import { Explain } from '../../parts/Explain';
import { PageHeader } from '../../parts/PageHeader';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { RunProgress } from '../../parts/RunProgress';
import { isActive } from '../../parts/RunState';
import { Wide } from '../../parts/Wide';
import { useMay } from '../../session';
import { NotFound } from '../Failed';
import { useRun } from '../flows/useFlowRun';

const number = new Intl.NumberFormat('en');

/** One run: what became of its records, step by step and to the cent. */
export function RunPage() {
  const id = Number(useParams().id);
  const { run, error, now } = useRun(Number.isSafeInteger(id) && id > 0 ? id : undefined);
  if (statusOf(error) === 404 || !Number.isSafeInteger(id)) return <NotFound />;
  if (error) return <Explain error={error} title="The run cannot be shown" />;
  if (!run) return <PageSkeleton />;
  return (
    <>
      <PageHeader title={`Run ${run.id}`} about={<About run={run} />}>
        <Control run={run} />
      </PageHeader>
      <Stack gap="md">
        {run.error && <Failure error={run.error} />}
        <Card padding="md" component="section" aria-label="Progress">
          <RunProgress run={run} now={now} />
          {run.counts.failed > 0 && (
            <Anchor component={Link} to={`/errors?run=${run.id}`} size="sm" mt="sm">
              {run.counts.failed === 1 ? 'Look at the failed record' : `Look at the ${number.format(run.counts.failed)} failed records`}
            </Anchor>
          )}
        </Card>
        <Steps run={run} />
        {(run.totals?.length ?? 0) > 0 && <Totals run={run} />}
      </Stack>
    </>
  );
}

function About({ run }: { run: Run }) {
  return (
    <Group gap="xs">
      <span>
        {run.kind === 'retry' ? 'Retry of errors of ' : 'Of '}
        <Anchor component={Link} to={`/flows/${encodeURIComponent(run.flow)}`} inherit underline="always">
          {run.flow}
        </Anchor>
        , revision {run.revision}, started by {run.created_by} <Ago at={run.started_at ?? run.created_at} />
        {run.started_at && run.finished_at && `, took ${durationText(Date.parse(run.finished_at) - Date.parse(run.started_at))}`}
      </span>
    </Group>
  );
}

function Failure({ error }: { error: NonNullable<Run['error']> }) {
  return (
    <Card padding="md" role="alert">
      <Text fw={550} c="var(--status-bad)">
        {error.message}
      </Text>
      {error.where && <Text size="sm">At {error.where}</Text>}
      {error.remedy && <Text size="sm">{error.remedy}</Text>}
    </Card>
  );
}

/** Stops a run, or lets it go on. */
function Control({ run }: { run: Run }) {
  const mayRun = useMay('runs.control');
  const refresh = useRefresh();
  const options = { onSuccess: () => refresh('/api/v1/runs') };
  const cancel = query.useMutation('post', '/api/v1/runs/{id}/cancel', options);
  const resume = query.useMutation('post', '/api/v1/runs/{id}/resume', options);
  const at = { params: { path: { id: run.id } } };
  if (!mayRun) return null;
  return (
    <Stack gap="xs" align="flex-end">
      {isActive(run) && (
        <Button variant="default" leftSection={<IconPlayerStop size={16} aria-hidden />} loading={cancel.isPending} disabled={run.cancel_asked} onClick={() => cancel.mutate(at)}>
          {run.cancel_asked ? 'Stopping' : 'Cancel run'}
        </Button>
      )}
      {(run.state === 'failed' || run.state === 'cancelled') && (
        <Button leftSection={<IconRefresh size={16} aria-hidden />} loading={resume.isPending} onClick={() => resume.mutate(at)}>
          Resume
        </Button>
      )}
      <Explain error={cancel.error ?? resume.error} />
    </Stack>
  );
}

function Steps({ run }: { run: Run }) {
  if (!run.steps?.length) return null;
  const count = (n: number | undefined) => (n ? number.format(n) : '0');
  return (
    <section aria-labelledby="steps">
      <Title order={2} size="h5" id="steps" mb="xs">
        Steps
      </Title>
      <Wide label="Steps of the run">
        <Table verticalSpacing="sm" style={{ fontVariantNumeric: 'tabular-nums' }}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Step</Table.Th>
              {['In', 'Created', 'Written', 'Unchanged', 'Excluded', 'Failed'].map((h) => (
                <Table.Th key={h} ta="right">
                  {h}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {run.steps.map((s) => (
              <Table.Tr key={s.step}>
                <Table.Td>
                  <Text size="sm" fw={550}>
                    {s.step}
                  </Text>
                  <Text size="xs" c="dimmed">
                    {s.reason ? `${s.kind}: ${s.reason}` : s.kind}
                  </Text>
                </Table.Td>
                <Table.Td ta="right">{count(s.in)}</Table.Td>
                <Table.Td ta="right">{s.kind === 'import' ? count(s.created) : ''}</Table.Td>
                <Table.Td ta="right">{s.kind === 'import' ? count(s.written) : ''}</Table.Td>
                <Table.Td ta="right">{s.kind === 'import' ? count(s.unchanged) : ''}</Table.Td>
                <Table.Td ta="right">{count(s.excluded)}</Table.Td>
                <Table.Td ta="right" c={s.failed ? 'var(--status-bad)' : undefined}>
                  {count(s.failed)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Wide>
    </section>
  );
}

function Totals({ run }: { run: Run }) {
  const columns = ['read', 'written', 'unchanged', 'excluded', 'failed'] as const;
  return (
    <section aria-labelledby="totals">
      <Title order={2} size="h5" id="totals" mb={4}>
        Control totals
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        What was read equals what was written, unchanged, excluded and failed.
      </Text>
      <Wide label="Control totals">
        <Table verticalSpacing="sm" style={{ fontVariantNumeric: 'tabular-nums' }}>
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
