import { Text } from '@mantine/core';

import { useSession } from '../../session';

/** A person in a table: the name, with the address below. */
export function Who({ id, name, email }: { id: string; name: string; email: string }) {
  const me = useSession();
  return (
    <>
      <Text size="sm" fw={550} style={{ overflowWrap: 'anywhere' }}>
        {name}
        {id === me.user_id && ' (you)'}
      </Text>
      <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        {email}
      </Text>
    </>
  );
}
