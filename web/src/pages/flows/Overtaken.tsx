import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';

import { query } from '../../api/client';
import type { FlowEditorState } from './useFlowEditor';

/** What to do when somebody else stored the flow while this text was written. */
export function Overtaken({ name, state, onLook }: { name: string; state: FlowEditorState; onLook: () => void }) {
  const newest = query.useQuery('get', '/api/v1/flows/{name}', { params: { path: { name } } }, { enabled: false });
  const theirs = async () => {
    const { data } = await newest.refetch();
    if (data) state.take(data.text, data.number);
  };
  const mine = async () => {
    const saved = await state.store(name, state.text, 0);
    if (saved) notifications.show({ message: `${name} is saved as revision ${saved.number}` });
  };
  const look = async () => {
    await newest.refetch();
    onLook();
  };
  return (
    <Group mt="sm" gap="sm">
      <Button variant="default" onClick={() => void look()}>
        See what was stored
      </Button>
      <Button variant="default" onClick={() => void theirs()}>
        Take the newest instead
      </Button>
      <Button variant="default" onClick={() => void mine()}>
        Save mine over it
      </Button>
    </Group>
  );
}
