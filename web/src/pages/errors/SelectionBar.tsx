import { Button, Card, Group, Text } from '@mantine/core';

import { useMay } from '../../session';
import classes from './errors.module.css';
import { useErrorActions } from './useErrorActions';

/** What can be done with the selected errors. */
export function SelectionBar({ ids, state, onDone }: { ids: number[]; state: string; onDone: () => void }) {
  const mayRun = useMay('runs.control');
  const { retry, resolve, reopen, busy } = useErrorActions(onDone);
  if (!mayRun) return null;
  const body = { body: { ids } };
  return (
    <Card padding="xs" px="md" mb="md" className={classes.bar} role="group" aria-label="Selected errors">
      <Group justify="space-between" gap="sm" mih={36}>
        <Text size="sm" aria-live="polite">
          {ids.length === 0 ? 'Select errors to work on several at once.' : `${ids.length} selected`}
        </Text>
        <Group gap="xs">
          {state === 'open' && (
            <>
              <Button size="xs" disabled={ids.length === 0 || busy} loading={retry.isPending} onClick={() => retry.mutate(body)}>
                Retry
              </Button>
              <Button size="xs" variant="default" disabled={ids.length === 0 || busy} loading={resolve.isPending} onClick={() => resolve.mutate(body)}>
                Resolve
              </Button>
            </>
          )}
          {state === 'resolved' && (
            <Button size="xs" variant="default" disabled={ids.length === 0 || busy} loading={reopen.isPending} onClick={() => reopen.mutate(body)}>
              Reopen
            </Button>
          )}
        </Group>
      </Group>
    </Card>
  );
}
