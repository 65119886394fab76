import { Anchor, Button, Card, Group, Stack, Text } from '@mantine/core';
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
import { isActive } from '../../parts/RunState';
import { useMay } from '../../session';
import { NotFound } from '../Failed';
import { useRun } from '../flows/useFlowRun';
import { LastErrors } from './LastErrors';
import { Progress } from './Progress';
import { Requests } from './requests/Requests';
import { Steps } from './Steps';
import { Totals } from './Totals';

/** One run: what became of its records, step by step and to the cent, and what it asked of whom. */
export function RunPage() {
  const id = Number(useParams().id);
  const { run, event, error, now } = useRun(Number.isSafeInteger(id) && id > 0 ? id : undefined);
  if (statusOf(error) === 404 || !Number.isSafeInteger(id)) return <NotFound />;
  if (error && !run) return <Explain error={error} title="The run cannot be shown" />;
  if (!run) return <PageSkeleton />;
  return (
    <>
      <PageHeader title={`Run ${run.id}`} about={<About run={run} />}>
        <Control run={run} />
      </PageHeader>
      <Stack gap="lg">
        {run.error && <Failure error={run.error} />}
        <Progress run={run} event={event} now={now} />
        <LastErrors run={run} items={event?.errors} />
        <Steps run={run} />
        {(run.totals?.length ?? 0) > 0 && <Totals run={run} />}
        <Requests run={run} />
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
