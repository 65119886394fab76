import { Button, Stack } from '@mantine/core';
import { IconStethoscope } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';

import { api } from '../../api/client';
import type { Verdict } from '../../api/schema';
import { Explain } from '../../parts/Explain';
import { VerdictView } from '../doctor/VerdictView';

/** Asks the doctor about a connection that failed its test, and shows the verdict in place. */
export function Prescribe({ connection, onVerdict }: { connection: string; onVerdict?: (verdict: Verdict) => void }) {
  const ask = useMutation({
    mutationFn: async () => (await api.POST('/api/v1/connections/{name}/doctor', { params: { path: { name: connection } } })).data,
    onSuccess: (diagnosis) => diagnosis && onVerdict?.(diagnosis.verdict),
  });
  return (
    <Stack gap="sm" mt="sm">
      <Explain error={ask.error} />
      {ask.data ? (
        <VerdictView verdict={ask.data.verdict} connection={connection} />
      ) : (
        <div>
          <Button variant="default" size="xs" leftSection={<IconStethoscope size={16} aria-hidden />} loading={ask.isPending} onClick={() => ask.mutate()}>
            Ask the doctor what to mend
          </Button>
        </div>
      )}
    </Stack>
  );
}
