import { Anchor, Button, Card, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { Link } from 'react-router';

import { query } from '../../../api/client';
import { useRefresh } from '../../../api/runs';
import type { WatermarkView } from '../../../api/schema';
import { Ago } from '../../../parts/Ago';
import { Ask } from '../../../parts/Ask';
import { Explain } from '../../../parts/Explain';
import { PageSkeleton } from '../../../parts/PageSkeleton';
import { useMay } from '../../../session';
import classes from './schedule.module.css';

const utc = (at: string | undefined) => (at ? `${at.slice(0, 19).replace('T', ' ')} UTC` : '');

/** How far the flow's delta exports have got, each with a watermark of its own. */
export function Watermarks({ name, exports }: { name: string; exports: string[] }) {
  return (
    <Card padding="lg" component="section" aria-labelledby="schedule-watermark">
      <Stack gap="md">
        <div>
          <Title order={2} size="h4" id="schedule-watermark">
            {exports.length > 1 ? 'Watermarks' : 'Watermark'}
          </Title>
          <Text size="sm" c="dimmed">
            What changed in the source before this time was delivered. The next run reads what changed since, less the overlap.
          </Text>
        </div>
        {exports.map((e) => (
          <OneWatermark key={e} name={name} export_={e} titled={exports.length > 1} />
        ))}
      </Stack>
    </Card>
  );
}

function OneWatermark({ name, export_, titled }: { name: string; export_: string; titled: boolean }) {
  const mayEdit = useMay('flows.edit');
  const refresh = useRefresh();
  const [asking, setAsking] = useState<'set' | 'reset'>();
  const params = { path: { name }, query: { export: export_ } };
  const mark = query.useQuery('get', '/api/v1/flows/{name}/watermark', { params }, { retry: false });
  const options = {
    onSuccess: () => {
      setAsking(undefined);
      refresh('/api/v1/flows/{name}/watermark');
      notifications.show({ message: 'The watermark is changed' });
    },
  };
  const put = query.useMutation('put', '/api/v1/flows/{name}/watermark', options);
  const reset = query.useMutation('delete', '/api/v1/flows/{name}/watermark', options);
  const [at, setAt] = useState('');
  const w = mark.data;
  if (!w) return mark.error ? <Explain error={mark.error} title="The watermark cannot be shown" /> : <PageSkeleton rows={1} />;
  return (
    <Stack gap="sm">
      {titled && <Text fw={600}>{export_}</Text>}
      <Facts mark={w} />
      {mayEdit && (
        <Group gap="sm">
          <Button
            size="xs"
            variant="default"
            onClick={() => {
              setAt((w.at ?? new Date().toISOString()).slice(0, 16));
              setAsking('set');
            }}
          >
            Change
          </Button>
          <Button size="xs" variant="default" disabled={!w.at} onClick={() => setAsking('reset')}>
            Begin at the start
          </Button>
        </Group>
      )}
      <Ask opened={asking === 'set'} title="Change the watermark" yes="Change" pending={put.isPending} error={put.error} ready={!!at} onNo={() => setAsking(undefined)} onYes={() => put.mutate({ params, body: { at: `${at}:00Z` } })}>
        <Stack gap="sm">
          <Text size="sm">An earlier time reads records again; those that are as they were delivered are left unchanged. A later time leaves out what changed before it.</Text>
          <TextInput type="datetime-local" label="Time, UTC" description="By the source's clock" value={at} onChange={(e) => setAt(e.currentTarget.value)} />
        </Stack>
      </Ask>
      <Ask opened={asking === 'reset'} title="Begin at the start?" yes="Begin at the start" pending={reset.isPending} error={reset.error} onNo={() => setAsking(undefined)} onYes={() => reset.mutate({ params })}>
        The next run reads everything that the export selects. Records that are as they were delivered are left unchanged.
      </Ask>
    </Stack>
  );
}

function Facts({ mark: w }: { mark: WatermarkView }) {
  if (!w.at) return <Text size="sm">There is none yet: the next run begins at the start.</Text>;
  return (
    <dl className={classes.facts}>
      <dt>Watermark</dt>
      <dd>{utc(w.at)}</dd>
      <dt>Next run reads from</dt>
      <dd>{w.valid ? utc(w.from) : 'the start, since the flow reads something else now'}</dd>
      <dt>Moved</dt>
      <dd>
        <Ago at={w.updated_at} /> {w.run_id ? <Anchor component={Link} to={`/runs/${w.run_id}`}>by run {w.run_id}</Anchor> : w.updated_by ? `by ${w.updated_by}` : ''}
      </dd>
    </dl>
  );
}
