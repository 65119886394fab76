import { Button, Card, Checkbox, Group, NumberInput, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconTestPipe } from '@tabler/icons-react';
import { useState } from 'react';

import { api } from '../../../api/client';
import type { DryRun } from '../../../api/schema';
import { Empty } from '../../../parts/Empty';
import { Explain } from '../../../parts/Explain';
import { PageSkeleton } from '../../../parts/PageSkeleton';
import { DryRunResult } from './DryRunResult';

/** Works the flow as it is on the page and shows every request that a run would send; none is sent. */
export function DryRunTab({ text }: { text: string }) {
  const [records, setRecords] = useState<number | string>(100);
  const [limit, setLimit] = useState<number | string>(20);
  const [compare, setCompare] = useState(true);
  const dry = useMutation({
    // The answer's text is kept: what changes must not pass through floats.
    mutationFn: async () => {
      const body = { text, compare, limit: Number(limit) || 20, ...(Number(records) > 0 && { records: Number(records) }) };
      const raw = (await api.POST('/api/v1/dry-run', { body, parseAs: 'text' })).data ?? '';
      return { raw, of: text, result: JSON.parse(raw) as DryRun };
    },
  });
  return (
    <Stack gap="md">
      <Card padding="md">
        <Group gap="md" align="flex-end">
          <NumberInput label="Records to read" description="Empty: all that a run would read" value={records} min={1} max={1_000_000} allowDecimal={false} onChange={setRecords} w={220} />
          <NumberInput label="Requests to show" description="All are counted" value={limit} min={1} max={500} allowDecimal={false} onChange={setLimit} w={180} />
          <Checkbox label="Compare with the records as they are" checked={compare} onChange={(e) => setCompare(e.currentTarget.checked)} pb={8} />
          <Button leftSection={<IconTestPipe size={16} aria-hidden />} loading={dry.isPending} onClick={() => dry.mutate()}>
            Dry run
          </Button>
        </Group>
        <Text size="sm" c="dimmed" mt="sm">
          It reads, maps and looks up as a run does, and sends nothing that changes anything. What you have not saved counts. Nothing of it is kept.
        </Text>
      </Card>
      <div aria-live="polite" aria-busy={dry.isPending}>
        {dry.isPending ? (
          <PageSkeleton rows={3} />
        ) : dry.error ? (
          <Explain error={dry.error} title="The dry run did not get through" />
        ) : dry.data ? (
          <DryRunResult raw={dry.data.raw} result={dry.data.result} stale={dry.data.of !== text} />
        ) : (
          <Empty title="What would a run do?">Each request that it would send, and what that would change of the record, field by field.</Empty>
        )}
      </div>
    </Stack>
  );
}
