import { Anchor, Button, Card, Group, VisuallyHidden } from '@mantine/core';
import { Link } from 'react-router';

import { query } from '../../api/client';
import type { Run, RunEvent } from '../../api/schema';
import { Explain } from '../../parts/Explain';
import { RunProgress } from '../../parts/RunProgress';
import { isActive } from '../../parts/RunState';
import { useMay } from '../../session';

/** The flow's run that is in work, or its last one: how its records move. */
export function RunPanel({ run, event, now }: { run: Run; event?: RunEvent; now: number }) {
  const mayRun = useMay('runs.control');
  const cancel = query.useMutation('post', '/api/v1/runs/{id}/cancel');
  return (
    <Card padding="md" mb="md" component="section" aria-label={`Run ${run.id}`}>
      <RunProgress run={run} event={event} now={now} />
      <Explain error={run.state === 'failed' ? new Error(run.error?.message) : cancel.error} />
      <Group justify="space-between" mt="sm" gap="sm">
        <Group gap="md">
          <Anchor component={Link} to={`/runs/${run.id}`} size="sm">
            Run {run.id}
          </Anchor>
          {run.counts.failed > 0 && (
            <Anchor component={Link} to={`/errors?run=${run.id}`} size="sm">
              {run.counts.failed === 1 ? 'Look at the failed record' : `Look at the ${run.counts.failed} failed records`}
            </Anchor>
          )}
        </Group>
        {mayRun && isActive(run) && (
          <Button size="xs" variant="default" loading={cancel.isPending || run.cancel_asked} onClick={() => cancel.mutate({ params: { path: { id: run.id } } })}>
            Cancel run
          </Button>
        )}
      </Group>
      <VisuallyHidden role="status">
        {isActive(run) ? `Run ${run.id} is in work` : `Run ${run.id} has ended: ${run.counts.written} written, ${run.counts.failed} failed`}
      </VisuallyHidden>
    </Card>
  );
}
