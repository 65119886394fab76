import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';

import { api } from '../../api/client';
import { problemOfRecord } from '../../api/jsonCheck';
import { useRefresh } from '../../api/runs';
import type { RecordError } from '../../api/schema';
import { CodeEditor } from '../../code/CodeEditor';
import { Difference } from '../../parts/Difference';
import { Explain } from '../../parts/Explain';
import { Json } from '../../parts/Json';
import { useMay } from '../../session';
import { type Asking, Sort } from './Sort';
import { useErrorActions } from './useErrorActions';
import { oneError } from './useSelection';

/** The record as a retry will send it through the flow, to edit while the error is open, and what else can be done. */
export function RecordEditor({ error, record, onClose }: { error: RecordError; record: string; onClose: () => void }) {
  const mayRun = useMay('runs.control');
  const refresh = useRefresh();
  const [text, setText] = useState(record);
  const actions = useErrorActions(onClose);
  const [asking, setAsking] = useState<Asking>();
  const wrong = problemOfRecord(text);
  const changed = text !== record;
  const save = useMutation({
    // The text itself is sent, not what JavaScript makes of its numbers.
    mutationFn: () => api.PUT('/api/v1/errors/{id}/record', { params: { path: { id: error.id } }, body: {}, bodySerializer: () => text }),
    onSuccess: () => refresh('/api/v1/errors'),
  });
  const chosen = oneError(error.id);
  const retryNow = async () => {
    if (changed && !(await save.mutateAsync().catch(() => undefined))) return;
    actions.retry(chosen);
  };
  const ask = (what: Asking['what']) => () => setAsking({ what, chosen });
  return (
    <Stack gap="sm">
      <div>
        <Text size="sm" fw={500}>
          Record
        </Text>
        {mayRun && error.state === 'open' ? (
          <>
            <Text size="xs" c="dimmed" mb={6}>
              As the export made it. A retry sends it through the flow&apos;s steps again.
            </Text>
            <CodeEditor label="Record" language="json" value={text} onChange={setText} problems={wrong && [wrong]} minLines={6} maxLines={22} />
          </>
        ) : (
          <Json raw={record} label="Record" />
        )}
      </div>
      {changed && !wrong && <Difference title="What you change" before={record} after={text} />}
      <Explain error={save.error} title="The record was not saved" />
      {asking && (
        <Sort
          asking={asking}
          onClose={(done) => {
            setAsking(undefined);
            if (done && asking.what === 'resolve') onClose();
          }}
        />
      )}
      {mayRun && (
        <Group justify="flex-end" gap="sm">
          <Button variant="subtle" onClick={ask('assign')}>
            Assign
          </Button>
          <Button variant="subtle" onClick={ask('tag')}>
            Tag
          </Button>
          {error.state === 'open' && (
            <>
              <Button variant="default" disabled={actions.busy} onClick={ask('resolve')}>
                Resolve
              </Button>
              <Button variant="default" disabled={!changed || !!wrong} loading={save.isPending} onClick={() => save.mutate()}>
                Save record
              </Button>
              <Button disabled={actions.busy || !!wrong} loading={actions.retrying} onClick={() => void retryNow()}>
                {changed ? 'Save & retry' : 'Retry'}
              </Button>
            </>
          )}
          {error.state === 'resolved' && (
            <>
              <Button variant="default" disabled={actions.busy} loading={actions.reopening} onClick={() => actions.reopen(chosen)}>
                Reopen
              </Button>
              <Button disabled={actions.busy} loading={actions.retrying} onClick={() => actions.retry(chosen)}>
                Retry again
              </Button>
            </>
          )}
        </Group>
      )}
    </Stack>
  );
}
