import { Card, Group, SegmentedControl, Select, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';

import { query } from '../../../api/client';
import type { Run, RunRequest } from '../../../api/schema';
import { durationText } from '../../../parts/duration';
import { Explain } from '../../../parts/Explain';
import { countText } from '../../../parts/numbers';
import { isActive } from '../../../parts/RunState';
import { Connections } from './Connections';
import { slowFrom } from './lanes';
import { Lanes } from './Lanes';
import classes from './requests.module.css';
import { RequestTable } from './RequestTable';

type Only = 'all' | 'slow' | 'failed';

/** What a run asked of other systems: counted whole, and the newest, slowest and failed requests one by one. */
export function Requests({ run }: { run: Run }) {
  const found = query.useQuery('get', '/api/v1/runs/{id}/requests', { params: { path: { id: run.id } } }, { refetchInterval: isActive(run) ? 2_000 : false });
  const whole = found.data;
  return (
    <section aria-labelledby="requests">
      <Title order={2} size="h5" id="requests" mb={4}>
        Requests
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        What the run asked of other systems. Bodies, values and secrets are not kept.
      </Text>
      {found.error ? (
        <Explain error={found.error} title="The requests cannot be shown" />
      ) : !whole ? (
        <Skeleton height={260} radius="md" />
      ) : whole.connections.length === 0 ? (
        <Card padding="md">
          <Text size="sm" c="dimmed">
            {isActive(run) ? 'Nothing was asked yet.' : 'No request is known of this run: it read and wrote files only, or it is more than 30 days old.'}
          </Text>
        </Card>
      ) : (
        <Stack gap="md">
          <Connections items={whole.connections} />
          <Timeline items={whole.items} leftOut={whole.left_out ?? 0} begun={Date.parse(run.started_at ?? run.created_at)} />
        </Stack>
      )}
    </section>
  );
}

/** How far back the lanes reach: many requests side by side are a blur. */
const reaches = [
  { value: '40', label: 'Last 40' },
  { value: '150', label: 'Last 150' },
  { value: 'all', label: 'All kept' },
];

function Timeline({ items, leftOut, begun }: { items: RunRequest[]; leftOut: number; begun: number }) {
  const [only, setOnly] = useState<Only>('all');
  const [view, setView] = useState('lanes');
  const [reach, setReach] = useState('40');
  const [step, setStep] = useState<string | null>(null);
  const slow = slowFrom(items);
  const steps = [...new Set(items.flatMap((i) => (i.step ? [i.step] : [])))].sort();
  const chosen = items.filter((i) => (only === 'all' || (only === 'failed' ? i.failure : i.took_ms >= slow)) && (!step || i.step === step));
  const drawn = reach === 'all' ? chosen : chosen.slice(-Number(reach));
  return (
    <Card padding="md" component="section" aria-label="Timeline of requests">
      <Group justify="space-between" gap="sm" mb="md">
        <Group gap="sm">
          <SegmentedControl
            aria-label="Which requests"
            value={only}
            onChange={(v) => setOnly(v as Only)}
            data={[
              { value: 'all', label: 'All' },
              { value: 'slow', label: 'Slow' },
              { value: 'failed', label: 'Failed' },
            ]}
          />
          {steps.length > 1 && <Select aria-label="Step" placeholder="All steps" data={steps} value={step} onChange={setStep} clearable clearButtonProps={{ 'aria-label': 'All steps' }} w={180} />}
        </Group>
        <Group gap="sm">
          {view === 'lanes' && <SegmentedControl aria-label="How many" value={reach} onChange={setReach} data={reaches} />}
          <SegmentedControl
            aria-label="Shown as"
            value={view}
            onChange={setView}
            data={[
              { value: 'lanes', label: 'Timeline' },
              { value: 'table', label: 'Table' },
            ]}
          />
        </Group>
      </Group>
      {chosen.length === 0 ? (
        <Text size="sm" c="dimmed">
          {only === 'failed' ? 'No request failed.' : only === 'slow' ? 'No request was slow.' : 'No request is like that.'}
        </Text>
      ) : view === 'lanes' ? (
        <Lanes items={drawn} known={items} begun={begun} slow={slow} />
      ) : (
        <RequestTable items={chosen.toReversed()} begun={begun} slow={slow} />
      )}
      <Legend slow={slow} leftOut={leftOut} lanes={view === 'lanes'} />
    </Card>
  );
}

function Legend({ slow, leftOut, lanes }: { slow: number; leftOut: number; lanes: boolean }) {
  const kinds = [
    { outcome: 'good', label: 'answered' },
    { outcome: 'slow', label: Number.isFinite(slow) ? `slow: ${durationText(slow)} and more` : 'slow' },
    { outcome: 'failed', label: 'refused, or no answer' },
  ];
  return (
    <Group gap="md" mt="md">
      {kinds.map((k) => (
        <Group key={k.outcome} gap={6} wrap="nowrap">
          <span className={classes.key} data-outcome={k.outcome} aria-hidden />
          <Text size="xs">{k.label}</Text>
        </Group>
      ))}
      <Group gap={6} wrap="nowrap">
        <span className={classes.key} data-outcome="wait" aria-hidden />
        <Text size="xs">{lanes ? 'how many wait for a slot' : 'wait for a slot'}</Text>
      </Group>
      {leftOut > 0 && (
        <Text size="xs" c="dimmed">
          {countText(leftOut)} more were counted and are not kept one by one.
        </Text>
      )}
    </Group>
  );
}
