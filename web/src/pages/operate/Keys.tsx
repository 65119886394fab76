import { Alert, Badge, Button, Card, Code, Group, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';

import { query } from '../../api/client';
import { useRefresh } from '../../api/runs';
import type { Key } from '../../api/schema';
import { Ask } from '../../parts/Ask';
import { Explain } from '../../parts/Explain';
import { PageSkeleton } from '../../parts/PageSkeleton';

/** The keys that seal secrets, and their rotation. */
export function Keys() {
  const keys = query.useQuery('get', '/api/v1/keys');
  const refresh = useRefresh();
  const [asking, setAsking] = useState(false);
  const rotate = query.useMutation('post', '/api/v1/keys/rotate', {
    onSuccess: (after) => {
      notifications.show({ message: after.waiting ? `The new key seals. ${after.waiting}` : 'The new key seals everything; the old one is gone' });
      setAsking(false);
      refresh('/api/v1/keys');
    },
  });
  return (
    <Card withBorder padding="lg" component="section" aria-label="Keys">
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start" gap="sm">
          <Title order={2} size="h4">
            Keys
          </Title>
          <Button variant="default" size="xs" leftSection={<IconRefresh size={16} aria-hidden />} onClick={() => setAsking(true)}>
            Rotate key
          </Button>
        </Group>
        {keys.error ? (
          <Explain error={keys.error} title="The keys cannot be shown" />
        ) : !keys.data ? (
          <PageSkeleton rows={1} />
        ) : (
          <>
            {keys.data.items.map((k) => (
              <KeyRow key={k.id} of={k} />
            ))}
            {keys.data.lost ? (
              <Alert color="red" title={`${keys.data.lost} secrets do not open`}>
                The keys that sealed them are not in the key file. Put their key file back, or enter the secrets again.
              </Alert>
            ) : null}
            <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
              In <Code>{keys.data.file}</Code>. Keep a copy of it apart from backups: without it their secrets do not open.
            </Text>
          </>
        )}
      </Stack>
      <Ask opened={asking} title="Rotate the key?" yes="Rotate" pending={rotate.isPending} error={rotate.error} onNo={() => setAsking(false)} onYes={() => rotate.mutate({})}>
        A new key is put into the key file and every secret is sealed anew. Backups made until now need the old key file: keep a copy of it first.
      </Ask>
    </Card>
  );
}

function KeyRow({ of: k }: { of: Key }) {
  return (
    <Group gap="sm" wrap="wrap">
      <Text size="sm" ff="monospace">
        {k.id}
      </Text>
      <Badge variant="light" color={k.primary ? undefined : 'gray'}>
        {k.primary ? 'Seals' : 'Opens only'}
      </Badge>
      <Text size="sm" c="dimmed">
        {k.secrets} {k.secrets === 1 ? 'secret' : 'secrets'}
        {k.backups > 0 && `, needed by ${k.backups} scheduled ${k.backups === 1 ? 'backup' : 'backups'}`}
      </Text>
      <Text size="xs" c="dimmed" ff="monospace">
        fingerprint {k.fingerprint}
      </Text>
    </Group>
  );
}
