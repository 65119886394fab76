import { Anchor, Card, Divider, Group, Text, VisuallyHidden } from '@mantine/core';
import { Link } from 'react-router';

import type { Run, RunEvent } from '../../api/schema';
import { durationText } from '../../parts/duration';
import { Facts } from '../../parts/Facts';
import { countText, rateText } from '../../parts/numbers';
import { handled, rateOf, RunProgress } from '../../parts/RunProgress';
import { isActive, stateOf } from '../../parts/RunState';
import { SlotBar } from '../../parts/SlotBar';
import { useSession } from '../../session';

/** How a run goes: what became of its records, how fast, and the request slots that it draws on. */
export function Progress({ run, event, now }: { run: Run; event?: RunEvent; now: number }) {
  const active = isActive(run);
  return (
    <Card padding="lg" component="section" aria-label="Progress">
      <RunProgress run={run} event={event} now={now} />
      <Divider my="md" />
      <Facts items={facts(run, event, now)} />
      {active && event && event.slots.length > 0 && <Slots event={event} />}
      {run.counts.failed > 0 && (
        <Anchor component={Link} to={`/errors?run=${run.id}`} size="sm" mt="md">
          {run.counts.failed === 1 ? 'Look at the failed record' : `Look at the ${countText(run.counts.failed)} failed records`}
        </Anchor>
      )}
      <VisuallyHidden role="status">{`Run ${run.id}: ${stateOf(run).label}`}</VisuallyHidden>
    </Card>
  );
}

function facts(run: Run, event: RunEvent | undefined, now: number) {
  const active = isActive(run);
  const begun = run.started_at ? Date.parse(run.started_at) : undefined;
  const took = begun === undefined ? undefined : (run.finished_at ? Date.parse(run.finished_at) : now) - begun;
  const mean = event?.mean ?? rateOf(run, now);
  const none = '–';
  return [
    ...(active
      ? [
          { label: 'Rate now', value: event?.rate === undefined ? none : `${rateText(event.rate)}/s` },
          { label: 'Time left', value: event?.left_s === undefined ? (run.export_done ? none : 'Not known yet') : `about ${durationText(event.left_s * 1000)}` },
        ]
      : []),
    { label: 'Rate on average', value: took === undefined ? none : `${rateText(mean)}/s` },
    { label: active ? 'Runs for' : 'Took', value: took === undefined ? none : durationText(Math.max(took, 0)) },
    { label: 'Records through', value: countText(handled(run)) },
    { label: 'Failed', value: countText(run.counts.failed), bad: run.counts.failed > 0 },
  ];
}

function Slots({ event }: { event: RunEvent }) {
  // Accounts are about all integrations: a role in one does not show them.
  const mayLook = useSession().permissions.includes('view');
  return (
    <>
      <Divider my="md" />
      <Group gap="lg" component="ul" aria-label="Request slots" style={{ listStyle: 'none', padding: 0, margin: 0 }}>
        {event.slots.map((s) => (
          <li key={s.name}>
            <Text size="xs" c="dimmed" mb={4}>
              Request slots of{' '}
              {mayLook ? (
                <Anchor component={Link} to={`/concurrency?account=${encodeURIComponent(s.name)}`} inherit underline="always">
                  {s.account}
                </Anchor>
              ) : (
                s.account
              )}
            </Text>
            <SlotBar slots={s} />
          </li>
        ))}
      </Group>
    </>
  );
}
