import { Button, Group, Loader, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

import { api } from '../../api/client';
import type { Connection } from '../../api/schema';
import { Explain } from '../../parts/Explain';
import { Prescribe } from './Prescribe';
import { TestResult } from './TestResult';
import { refresh } from './useEditor';

/** Tests a connection and says what that proved. */
export function TestDialog({ connection, onClose }: { connection: Connection; onClose: () => void }) {
  const { name } = connection;
  const queries = useQueryClient();
  const test = useMutation({
    mutationFn: async () => (await api.POST('/api/v1/connections/{name}/test', { params: { path: { name } } })).data,
    onSettled: () => refresh(queries, name),
  });
  const { mutate } = test;
  useEffect(() => mutate(), [mutate]);
  return (
    <Modal opened onClose={onClose} title={`Test connection ${name}`} size="lg" centered closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack>
        <div role="status" aria-live="polite">
          {test.isPending && (
            <Group gap="sm" mih={90}>
              <Loader size="sm" />
              <Text size="sm">Asking {connection.kind === 'netsuite' ? 'NetSuite' : name}</Text>
            </Group>
          )}
          {test.data && <TestResult evidence={test.data} />}
          {test.data && !test.data.ok && connection.kind === 'netsuite' && <Prescribe connection={name} />}
        </div>
        <Explain error={test.error} />
        <Group justify="flex-end">
          <Button variant="default" loading={test.isPending} onClick={() => mutate()}>
            Test again
          </Button>
          <Button onClick={onClose}>Close</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
