import { Button, Card, Group, Text } from '@mantine/core';
import { useState } from 'react';

import { useMay } from '../../session';
import classes from './errors.module.css';
import { Assign, Resolve, Tag } from './Sort';
import { useErrorActions } from './useErrorActions';

const dialogs = { assign: Assign, tag: Tag, resolve: Resolve };

/** What can be done with the selected errors. */
export function SelectionBar({ ids, state, onDone }: { ids: number[]; state: string; onDone: () => void }) {
  const mayRun = useMay('runs.control');
  const { retry, reopen, busy } = useErrorActions(onDone);
  const [asking, setAsking] = useState<'assign' | 'tag' | 'resolve'>();
  const Dialog = asking && dialogs[asking];
  if (!mayRun) return null;
  const body = { body: { ids } };
  const none = ids.length === 0 || busy;
  const asked = (done: boolean) => {
    setAsking(undefined);
    if (done) onDone();
  };
  return (
    <Card padding="xs" px="md" mb="md" className={classes.bar} role="group" aria-label="Selected errors">
      <Group justify="space-between" gap="sm" mih={36}>
        <Text size="sm" aria-live="polite">
          {ids.length === 0 ? 'Select errors to work on several at once.' : `${ids.length} selected`}
        </Text>
        <Group gap="xs">
          {state !== 'retrying' && (
            <Button size="xs" variant={state === 'open' ? 'filled' : 'default'} disabled={none} loading={retry.isPending} onClick={() => retry.mutate(body)}>
              {state === 'open' ? 'Retry' : 'Retry again'}
            </Button>
          )}
          {state === 'open' && (
            <Button size="xs" variant="default" disabled={none} onClick={() => setAsking('resolve')}>
              Resolve
            </Button>
          )}
          {state === 'resolved' && (
            <Button size="xs" variant="default" disabled={none} loading={reopen.isPending} onClick={() => reopen.mutate(body)}>
              Reopen
            </Button>
          )}
          <Button size="xs" variant="default" disabled={none} onClick={() => setAsking('assign')}>
            Assign
          </Button>
          <Button size="xs" variant="default" disabled={none} onClick={() => setAsking('tag')}>
            Tag
          </Button>
        </Group>
      </Group>
      {Dialog && <Dialog ids={ids} onClose={asked} />}
    </Card>
  );
}
