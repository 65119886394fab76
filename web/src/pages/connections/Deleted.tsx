import { Button, Collapse, Group, Table, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconChevronDown, IconChevronRight, IconRestore } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { api, query } from '../../api/client';
import { Ago } from '../../parts/Ago';
import { Explain } from '../../parts/Explain';
import { Wide } from '../../parts/Wide';

/** Connections that were deleted and can still be restored. */
export function Deleted() {
  const [open, setOpen] = useState(false);
  const deleted = query.useQuery('get', '/api/v1/deleted-connections');
  const queries = useQueryClient();
  const restore = useMutation({
    mutationFn: async (id: string) => (await api.POST('/api/v1/deleted-connections/{id}/restore', { params: { path: { id } }, body: {} })).data,
    onSuccess: async (connection) => {
      notifications.show({ message: `${connection?.name ?? 'The connection'} is back.` });
      await Promise.all([queries.invalidateQueries({ queryKey: ['get', '/api/v1/deleted-connections'] }), queries.invalidateQueries({ queryKey: ['get', '/api/v1/connections'] })]);
    },
  });
  const items = deleted.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <section aria-label="Deleted connections">
      <Button variant="subtle" color="gray" mt="lg" px={6} aria-expanded={open} leftSection={open ? <IconChevronDown size={18} aria-hidden /> : <IconChevronRight size={18} aria-hidden />} onClick={() => setOpen(!open)}>
        Deleted, can be restored ({items.length})
      </Button>
      <Collapse expanded={open}>
        <Explain error={restore.error} />
        <Wide label="Deleted connections">
          <Table verticalSpacing="xs" miw={560}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Name</Table.Th>
                <Table.Th>Deleted</Table.Th>
                <Table.Th>By</Table.Th>
                <Table.Th>Gone for good</Table.Th>
                <Table.Th>Actions</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((d) => (
                <Table.Tr key={d.id}>
                  <Table.Td>
                    <Text size="sm" fw={600}>
                      {d.name}
                    </Text>
                  </Table.Td>
                  <Table.Td>
                    <Ago at={d.deleted_at} size="sm" />
                  </Table.Td>
                  <Table.Td>{d.deleted_by}</Table.Td>
                  <Table.Td>
                    <Ago at={d.purge_at} size="sm" />
                  </Table.Td>
                  <Table.Td>
                    <Group gap="xs">
                      <Button size="xs" variant="default" leftSection={<IconRestore size={16} aria-hidden />} loading={restore.isPending && restore.variables === d.id} onClick={() => restore.mutate(d.id)} aria-label={`Restore ${d.name}`}>
                        Restore
                      </Button>
                    </Group>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Wide>
      </Collapse>
    </section>
  );
}
