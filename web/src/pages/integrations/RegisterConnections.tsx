import { Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';

import { register, titleOf } from '../../api/integrations';
import { useRefresh } from '../../api/runs';
import type { Connection, IntegrationView } from '../../api/schema';
import { Explain } from '../../parts/Explain';

/** Lets one choose which stored connections belong to the integration. */
export function RegisterConnections({ integration, connections, onClose }: { integration: IntegrationView; connections: Connection[]; onClose: () => void }) {
  const before = integration.connections ?? [];
  const [chosen, setChosen] = useState(before);
  const refresh = useRefresh();
  const save = useMutation({
    mutationFn: async () => {
      const changed = connections.map((c) => c.name).filter((n) => chosen.includes(n) !== before.includes(n));
      for (const connection of changed) await register(integration.name, connection, chosen.includes(connection));
    },
    onSettled: () => refresh('/api/v1/integrations'),
    onSuccess: onClose,
  });
  return (
    <Modal opened onClose={onClose} title={`Register connections with ${titleOf(integration)}`} centered>
      <Stack>
        {connections.length === 0 ? (
          <Text size="sm">There are no connections yet. Create one first.</Text>
        ) : (
          <Checkbox.Group label="Connections" value={chosen} onChange={setChosen}>
            <Stack gap="xs" mt="xs">
              {connections.map((c) => (
                <Checkbox key={c.id} value={c.name} label={c.name} />
              ))}
            </Stack>
          </Checkbox.Group>
        )}
        <Explain error={save.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button loading={save.isPending} onClick={() => save.mutate()}>
            Register
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
