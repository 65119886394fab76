import { Alert, Button, Group, Select, Text } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { api, query } from '../../api/client';
import { Explain } from '../../parts/Explain';

/** Offers to register a connection that was just made with an integration. */
export function Register({ connection }: { connection: string }) {
  const integrations = query.useQuery('get', '/api/v1/integrations');
  const [chosen, setChosen] = useState<string | null>(null);
  const queries = useQueryClient();
  const register = useMutation({
    mutationFn: (name: string) => api.PUT('/api/v1/integrations/{name}/connections/{connection}', { params: { path: { name, connection } } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['get', '/api/v1/integrations'] }),
  });
  const items = integrations.data?.items ?? [];
  if (register.isSuccess) {
    return (
      <Text size="sm" role="status">
        {connection} is registered with {items.find((i) => i.name === chosen)?.title || chosen}.
      </Text>
    );
  }
  if (items.length === 0) return null;
  return (
    <Alert color="green" variant="outline" icon={<IconCircleCheck aria-hidden />} title={`${connection} is stored`} styles={{ title: { color: 'var(--status-good)' } }}>
      <Text size="sm" mb="xs">
        Register it with an integration, so that it is listed there.
      </Text>
      <Explain error={register.error} />
      <Group gap="sm" align="flex-end">
        <Select label="Integration" data={items.map((i) => ({ value: i.name, label: i.title || i.name }))} value={chosen} onChange={setChosen} placeholder="Choose one" />
        <Button variant="default" disabled={!chosen} loading={register.isPending} onClick={() => chosen && register.mutate(chosen)}>
          Register
        </Button>
      </Group>
    </Alert>
  );
}
