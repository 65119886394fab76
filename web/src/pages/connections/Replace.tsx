import { Checkbox, Select, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { api, query } from '../../api/client';
import type { Connection } from '../../api/schema';
import { Ask } from '../../parts/Ask';

/** Puts another connection in the place of this one, in all flows or in some. */
export function Replace({ connection, onClose }: { connection: Connection; onClose: () => void }) {
  const { name } = connection;
  const [other, setOther] = useState<string | null>(null);
  const [left, setLeft] = useState<string[]>([]);
  const queries = useQueryClient();
  const used = query.useQuery('get', '/api/v1/connections/{name}/flows', { params: { path: { name } } });
  const connections = query.useQuery('get', '/api/v1/connections');
  const flows = used.data?.items ?? [];
  const chosen = flows.filter((f) => !left.includes(f));
  const replace = useMutation({
    mutationFn: async () => (await api.POST('/api/v1/connections/{name}/replace', { params: { path: { name } }, body: { with: other ?? '', flows: chosen } })).data,
    onSuccess: async (done) => {
      onClose();
      notifications.show({ message: `${done?.flows.length ?? 0} flows use ${other} now.` });
      await Promise.all([queries.invalidateQueries({ queryKey: ['get', '/api/v1/connections/{name}/flows'] }), queries.invalidateQueries({ queryKey: ['get', '/api/v1/flows'] })]);
    },
  });
  const others = (connections.data?.items ?? []).filter((c) => c.name !== name && c.kind === connection.kind).map((c) => c.name);
  return (
    <Ask opened title={`Replace ${name} everywhere`} yes="Replace" pending={replace.isPending} ready={Boolean(other) && chosen.length > 0} error={replace.error ?? used.error} onYes={() => replace.mutate()} onNo={onClose}>
      <Stack gap="sm">
        {used.data && flows.length === 0 ? (
          <Text size="sm">No flow uses it.</Text>
        ) : (
          <>
            <Select label="With" description="Another connection of the same application" data={others} value={other} onChange={setOther} placeholder="Choose a connection" searchable nothingFoundMessage="There is no other one" comboboxProps={{ zIndex: 500 }} />
            <Checkbox.Group label="In these flows" description="All change, or none" value={chosen} onChange={(on) => setLeft(flows.filter((f) => !on.includes(f)))}>
              <Stack gap={6} mt={6}>
                {flows.map((f) => (
                  <Checkbox key={f} value={f} label={f} />
                ))}
              </Stack>
            </Checkbox.Group>
          </>
        )}
      </Stack>
    </Ask>
  );
}
