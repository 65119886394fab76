import { List, Skeleton, Stack, Text } from '@mantine/core';

import { query } from '../../api/client';
import { useRefresh } from '../../api/runs';
import type { Person } from '../../api/schema';
import { Ask } from '../../parts/Ask';

/** Removes a person, once it is said what goes with them. */
export function RemoveUser({ person, onClose }: { person: Person; onClose: () => void }) {
  const refresh = useRefresh();
  const remove = query.useMutation('delete', '/api/v1/users/{id}', {
    onSuccess: () => {
      refresh('/api/v1/users', '/api/v1/tokens', '/api/v1/errors', '/api/v1/integrations');
      onClose();
    },
  });
  // Not asked for again once the person is being removed: there is nobody then.
  const held = query.useQuery('get', '/api/v1/users/{id}', { params: { path: { id: person.id } } }, { enabled: remove.isIdle || remove.isError });
  const count = (n: number, one: string, many: string) => (n === 1 ? `One ${one}` : `${n || 'No'} ${many}`);
  return (
    <Ask
      opened
      danger
      title={`Remove ${person.name}?`}
      yes="Remove"
      pending={remove.isPending}
      ready={!held.isLoading}
      error={remove.error ?? held.error}
      onNo={onClose}
      onYes={() => remove.mutate({ params: { path: { id: person.id } } })}
    >
      <Stack gap="xs">
        <Text size="sm">{person.email} cannot log in any more.</Text>
        {held.data ? (
          <List size="sm" spacing={4}>
            <List.Item>{count(held.data.sessions, 'session ends', 'sessions end')}</List.Item>
            <List.Item>{count(held.data.tokens, 'API token stops working', 'API tokens stop working')}</List.Item>
            <List.Item>{count(held.data.assigned, 'assigned record error is nobody’s then', 'assigned record errors are nobody’s then')}</List.Item>
          </List>
        ) : (
          <Skeleton h={72} />
        )}
        <Text size="sm" c="dimmed">
          What the person has done stays in the audit log.
        </Text>
      </Stack>
    </Ask>
  );
}
