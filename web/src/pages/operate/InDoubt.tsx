import { Alert, Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { Link } from 'react-router';

import { query } from '../../api/client';
import { useRefresh } from '../../api/runs';
import { exactText } from '../../parts/Ago';
import { Ask } from '../../parts/Ask';
import { Explain } from '../../parts/Explain';

/** What waits for an operator since the server was restored; nothing where it was not. */
export function InDoubt() {
  const state = query.useQuery('get', '/api/v1/restoration');
  const refresh = useRefresh();
  const [trusting, setTrusting] = useState<string>();
  const trust = query.useMutation('post', '/api/v1/restoration/{name}/trust', {
    onSuccess: () => {
      notifications.show({ message: `${trusting ?? ''} writes by its ledger alone again` });
      setTrusting(undefined);
      refresh('/api/v1/restoration', '/api/v1/notices');
    },
  });
  if (state.error) return <Explain error={state.error} title="What the last restore has left cannot be shown" />;
  if (!state.data?.in_doubt) return null;
  const { backup_at, flows, runs } = state.data;
  return (
    <Alert color="yellow" title={`Restored from a backup of ${backup_at ? exactText(backup_at) : ''}`}>
      <Stack gap="sm">
        <Text size="sm">
          What these flows wrote after that, the server does not know. They are disabled until you enable them, and look before they write{runs ? `; ${runs} runs wait to be resumed` : ''}. When you have looked at a destination yourself, end the doubt.
        </Text>
        {flows.map((f) => (
          <Group key={f.name} gap="sm">
            <Anchor component={Link} to={`/flows/${encodeURIComponent(f.name)}`} size="sm">
              {f.name}
            </Anchor>
            {f.was_enabled && (
              <Text size="sm" c="dimmed">
                was enabled
              </Text>
            )}
            <Button size="compact-xs" variant="default" onClick={() => setTrusting(f.name)} aria-label={`End the doubt in ${f.name}`}>
              End the doubt
            </Button>
          </Group>
        ))}
      </Stack>
      <Ask
        opened={trusting !== undefined}
        title={`End the doubt in ${trusting ?? ''}?`}
        yes="End the doubt"
        danger
        pending={trust.isPending}
        error={trust.error}
        onNo={() => setTrusting(undefined)}
        onYes={() => trusting && trust.mutate({ params: { path: { name: trusting } } })}
      >
        It then writes what its ledger does not have, without looking whether it is there already.
      </Ask>
    </Alert>
  );
}
