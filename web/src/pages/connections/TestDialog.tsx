import { Button, Group, Loader, Modal, Select, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

import { api } from '../../api/client';
import type { Connection } from '../../api/schema';
import { Explain } from '../../parts/Explain';
import { Prescribe } from './Prescribe';
import { TestResult } from './TestResult';
import { refresh } from './useEditor';

// Record types that the server can make with nothing but a name.
const writable = ['customer', 'vendor', 'partner', 'contact', 'employee'];

/** Tests a connection and says what that proved. */
export function TestDialog({ connection, onClose }: { connection: Connection; onClose: () => void }) {
  const { name } = connection;
  const queries = useQueryClient();
  const test = useMutation({
    mutationFn: async (write?: string) => (await api.POST('/api/v1/connections/{name}/test', { params: { path: { name }, query: write ? { write } : {} } })).data,
    onSettled: () => refresh(queries, name),
  });
  const { mutate } = test;
  useEffect(() => mutate(undefined), [mutate]);
  const [record, setRecord] = useState<string | null>('customer');
  const netsuite = connection.kind === 'netsuite';
  return (
    <Modal opened onClose={onClose} title={`Test connection ${name}`} size="lg" centered closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack>
        <div role="status" aria-live="polite">
          {test.isPending && (
            <Group gap="sm" mih={90}>
              <Loader size="sm" />
              <Text size="sm">Asking {netsuite ? 'NetSuite' : name}</Text>
            </Group>
          )}
          {test.data && <TestResult evidence={test.data} />}
          {test.data && !test.data.ok && netsuite && <Prescribe connection={name} />}
        </div>
        <Explain error={test.error} />
        {netsuite && (
          <Group gap="sm" align="flex-end">
            <Select size="xs" label="Write check" description="Makes one record of this type and deletes it again" data={writable} value={record} onChange={setRecord} allowDeselect={false} comboboxProps={{ zIndex: 500 }} />
            <Button size="xs" variant="default" loading={test.isPending} onClick={() => mutate(record ?? undefined)}>
              Test with a write check
            </Button>
          </Group>
        )}
        <Group justify="flex-end">
          <Button variant="default" loading={test.isPending} onClick={() => mutate(undefined)}>
            Test again
          </Button>
          <Button onClick={onClose}>Close</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
