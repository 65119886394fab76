import { Code, Group, Stack, Text } from '@mantine/core';

import { query, statusOf } from '../../api/client';
import { arrivals } from '../../flow/hook';
import { Copy } from '../../parts/Copy';
import { Explain } from '../../parts/Explain';

/** Where another system sends the flow's deliveries, once the flow is stored. */
export function HookAddress({ flow }: { flow?: string }) {
  const hook = query.useQuery('get', '/api/v1/flows/{name}/hook', { params: { path: { name: flow ?? '' } } }, { enabled: !!flow, refetchInterval: 15_000 });
  const unknown = !flow || statusOf(hook.error) === 404;
  return (
    <Stack gap={4} mih={64}>
      <Text size="sm" fw={500}>
        Address for the other system
      </Text>
      {unknown && (
        <Text size="sm" c="dimmed">
          It is shown once the flow is saved.
        </Text>
      )}
      {!unknown && <Explain error={hook.error} title="The address cannot be shown" />}
      {!unknown && hook.data && (
        <>
          <Group gap="sm" wrap="nowrap">
            <Code style={{ overflowWrap: 'anywhere' }}>{hook.data.url}</Code>
            <Copy text={hook.data.url} label="Copy" />
          </Group>
          <Text size="sm" c="dimmed" role="status">
            {arrivals(hook.data)}
          </Text>
        </>
      )}
    </Stack>
  );
}
