import { Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';

import { type Integration, titleOf, useRegistration } from '../../api/integrations';
import type { Connection } from '../../api/schema';
import { Explain } from '../../parts/Explain';

/** Lets one choose which stored connections belong to the integration. */
export function RegisterConnections({ integration, connections, onClose }: { integration: Integration; connections: Connection[]; onClose: () => void }) {
  const [chosen, setChosen] = useState(integration.connections);
  const register = useRegistration(integration.name);
  const save = async () => {
    const changed = connections.map((c) => c.name).filter((n) => chosen.includes(n) !== integration.connections.includes(n));
    for (const connection of changed) await register.mutateAsync({ connection, registered: chosen.includes(connection) });
    onClose();
  };
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
        <Explain error={register.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button loading={register.isPending} onClick={() => void save().catch(() => undefined)}>
            Register
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
