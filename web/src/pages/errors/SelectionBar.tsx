import { Button, Card, Group, Text } from '@mantine/core';

import { counted } from './counted';
import classes from './errors.module.css';
import type { Asking } from './Sort';
import type { useErrorActions } from './useErrorActions';
import type { Selection } from './useSelection';

interface Props {
  selection: Selection;
  state: string;
  total: number;
  actions: ReturnType<typeof useErrorActions>;
  onAsk: (asking: Asking) => void;
}

/** What can be done with the selected errors. */
export function SelectionBar({ selection, state, total, actions, onAsk }: Props) {
  const { chosen } = selection;
  const none = chosen.count === 0 || actions.busy;
  const ask = (what: Asking['what']) => () => onAsk({ what, chosen });
  return (
    <Card padding="xs" px="md" className={classes.bar} role="group" aria-label="Selected errors">
      <Group justify="space-between" gap="sm" mih={34}>
        <Group gap="sm">
          <Text size="sm" aria-live="polite">
            {chosen.count === 0 ? `${counted(total, 'error')}. Select some to work on them at once.` : selection.everything ? `All ${counted(chosen.count, 'error')} selected` : `${chosen.count} selected`}
          </Text>
          {selection.offersAll && (
            <Button size="compact-sm" variant="subtle" onClick={selection.selectAll}>
              {`Select all ${counted(total, 'error')}`}
            </Button>
          )}
          {chosen.count > 0 && (
            <Button size="compact-sm" variant="subtle" onClick={selection.clear}>
              Clear
            </Button>
          )}
        </Group>
        <Group gap="xs">
          {state !== 'retrying' && (
            <Button size="xs" variant={state === 'open' ? 'filled' : 'default'} disabled={none} loading={actions.retrying} onClick={() => actions.retry(chosen)}>
              {state === 'open' ? 'Retry' : 'Retry again'}
            </Button>
          )}
          {state === 'open' && (
            <Button size="xs" variant="default" disabled={none} onClick={ask('resolve')}>
              Resolve
            </Button>
          )}
          {state === 'resolved' && (
            <Button size="xs" variant="default" disabled={none} loading={actions.reopening} onClick={() => actions.reopen(chosen)}>
              Reopen
            </Button>
          )}
          <Button size="xs" variant="default" disabled={none} onClick={ask('assign')}>
            Assign
          </Button>
          <Button size="xs" variant="default" disabled={none} onClick={ask('tag')}>
            Tag
          </Button>
        </Group>
      </Group>
    </Card>
  );
}
