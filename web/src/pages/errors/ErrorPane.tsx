import { Anchor, Badge, Button, Drawer, Group, Stack, Text, Textarea, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';

import { api } from '../../api/client';
import { indented, rawAt } from '../../api/rawJson';
import { useRefresh } from '../../api/runs';
import type { RecordError } from '../../api/schema';
import { Ago } from '../../parts/Ago';
import { Difference } from '../../parts/Difference';
import { wrongWith } from '../../parts/diff';
import { Explain } from '../../parts/Explain';
import { Json } from '../../parts/Json';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { useMay } from '../../session';
import { classLabel } from './classification';
import { Assign, Resolve, Tag } from './Sort';
import { useErrorActions } from './useErrorActions';

/** One record error with everything that is needed to understand and mend it. */
export function ErrorPane({ id, onClose }: { id: number; onClose: () => void }) {
  // The answer's text is kept: the record's numbers must not pass through floats.
  const found = useQuery({
    queryKey: ['get', '/api/v1/errors/{id}', id],
    queryFn: async () => {
      const raw = (await api.GET('/api/v1/errors/{id}', { params: { path: { id } }, parseAs: 'text' })).data ?? '';
      return { error: JSON.parse(raw) as RecordError, record: indented(rawAt(raw, ['record']) ?? '{}') };
    },
    refetchInterval: ({ state }) => (state.data?.error.state === 'retrying' ? 1_000 : false),
  });
  return (
    <Drawer opened onClose={onClose} position="right" size="xl" title={<Title order={2} size="h4">{`Error ${id}`}</Title>}>
      {found.error ? <Explain error={found.error} title="The error cannot be shown" /> : !found.data ? <PageSkeleton /> : <Detail key={found.data.record} {...found.data} onClose={onClose} />}
    </Drawer>
  );
}

const dialogs = { assign: Assign, tag: Tag, resolve: Resolve };

const stateLabels: Record<string, string> = { open: 'Open', retrying: 'Being tried again', resolved: 'Resolved' };

function Detail({ error: e, record, onClose }: { error: RecordError; record: string; onClose: () => void }) {
  return (
    <Stack gap="lg">
      <Stack gap="xs">
        <Group gap="xs">
          <Badge>{stateLabels[e.state] ?? e.state}</Badge>
          <Badge>{classLabel(e.classification)}</Badge>
          {e.tags?.map((tag) => (
            <Badge key={tag} variant="outline" tt="none">
              {tag}
            </Badge>
          ))}
        </Group>
        <Text fw={550} style={{ overflowWrap: 'anywhere' }}>
          {e.message}
        </Text>
        {e.where && <Text size="sm">At {e.where}</Text>}
        {e.remedy && <Text size="sm">{e.remedy}</Text>}
        <Text size="sm" c="dimmed">
          {e.code} · {e.key}
          {e.origin && ` · ${e.origin}`} ·{' '}
          <Anchor component={Link} to={`/flows/${encodeURIComponent(e.flow)}`} inherit underline="always">
            {e.flow}
          </Anchor>
          , step {e.step},{' '}
          <Anchor component={Link} to={`/runs/${e.run_id}`} inherit underline="always">
            run {e.run_id}
          </Anchor>
          , <Ago at={e.created_at} />
        </Text>
        {e.state === 'resolved' && (
          <Text size="sm" c="dimmed">
            Resolved by {e.resolved_by} <Ago at={e.resolved_at} />
            {e.reason && `: ${e.reason}`}
          </Text>
        )}
        {e.assignee && (
          <Text size="sm" c="dimmed">
            Assigned to {e.assignee}
          </Text>
        )}
        {(e.trace || e.key) && (
          <Anchor component={Link} to={`/trace?key=${encodeURIComponent(e.trace || e.key)}`} size="sm" underline="always">
            All that happened to this record
          </Anchor>
        )}
      </Stack>
      <Mend error={e} record={record} onClose={onClose} />
      {e.request && <Sent title="Request, as sent" text={e.request} />}
      {e.response && <Sent title="Answer" text={e.response} />}
    </Stack>
  );
}

/** The record as a retry will send it through the flow, to edit while the error is open. */
function Mend({ error, record, onClose }: { error: RecordError; record: string; onClose: () => void }) {
  const mayRun = useMay('runs.control');
  const refresh = useRefresh();
  const [text, setText] = useState(record);
  const { retry, reopen, busy } = useErrorActions(onClose);
  const [asking, setAsking] = useState<'assign' | 'tag' | 'resolve'>();
  const Dialog = asking && dialogs[asking];
  const wrong = wrongWith(text);
  const at = { path: { id: error.id } };
  const save = useMutation({
    // The text itself is sent, not what JavaScript makes of its numbers.
    mutationFn: () => api.PUT('/api/v1/errors/{id}/record', { params: at, body: {}, bodySerializer: () => text }),
    onSuccess: () => refresh('/api/v1/errors'),
  });
  const ids = { body: { ids: [error.id] } };
  const editable = mayRun && error.state === 'open';
  const retryNow = async () => {
    if (text !== record && !(await save.mutateAsync().catch(() => undefined))) return;
    retry.mutate(ids);
  };
  return (
    <Stack gap="sm">
      {editable ? (
        <Textarea
          label="Record"
          description="As the export made it. A retry sends it through the flow's steps again."
          autosize
          minRows={6}
          maxRows={22}
          spellCheck={false}
          value={text}
          error={wrong}
          onChange={(e) => setText(e.currentTarget.value)}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13 } }}
        />
      ) : (
        <div>
          <Text size="sm" fw={500} mb={4}>
            Record
          </Text>
          <Json raw={record} label="Record" />
        </div>
      )}
      {editable && !wrong && text !== record && <Difference title="What you change" before={record} after={text} />}
      <Explain error={save.error} title="The record was not saved" />
      {Dialog && (
        <Dialog
          ids={[error.id]}
          onClose={(done) => {
            setAsking(undefined);
            if (done && asking === 'resolve') onClose();
          }}
        />
      )}
      {mayRun && (
        <Group justify="flex-end" gap="sm">
          <Button variant="subtle" onClick={() => setAsking('assign')}>
            Assign
          </Button>
          <Button variant="subtle" onClick={() => setAsking('tag')}>
            Tag
          </Button>
          {error.state === 'open' && (
            <>
              <Button variant="default" disabled={busy} onClick={() => setAsking('resolve')}>
                Resolve
              </Button>
              <Button variant="default" disabled={text === record || !!wrong} loading={save.isPending} onClick={() => save.mutate()}>
                Save record
              </Button>
              <Button disabled={busy || !!wrong} loading={retry.isPending} onClick={() => void retryNow()}>
                {text === record ? 'Retry' : 'Save & retry'}
              </Button>
            </>
          )}
          {error.state === 'resolved' && (
            <>
              <Button variant="default" disabled={busy} loading={reopen.isPending} onClick={() => reopen.mutate(ids)}>
                Reopen
              </Button>
              <Button disabled={busy} loading={retry.isPending} onClick={() => retry.mutate(ids)}>
                Retry again
              </Button>
            </>
          )}
        </Group>
      )}
    </Stack>
  );
}

function Sent({ title, text }: { title: string; text: string }) {
  return (
    <div>
      <Text size="sm" fw={500} mb={4}>
        {title}
      </Text>
      <pre className="json" style={{ maxHeight: 'none' }}>
        {text}
      </pre>
    </div>
  );
}
