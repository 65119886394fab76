import { Group, Stack, Text } from '@mantine/core';
import { IconCircleX, IconFilterOff } from '@tabler/icons-react';

import type { PreviewStep } from '../../api/schema';
import { Json } from '../../parts/Json';
import { useEditor } from './editor';

/** The preview's record as the export made it. */
export function ExportPreview() {
  const { preview } = useEditor();
  const record = preview?.data.records[preview.index];
  return record ? <Shown title={record.origin ? `As exported, from ${record.origin}` : 'As exported'} value={record.record} /> : null;
}

/** What a step makes of the preview's record. Where the record ended before, it says nothing. */
export function StepPreview({ step }: { step: string }) {
  const { preview } = useEditor();
  const seen = preview?.data.records[preview.index]?.steps.find((s) => s.step === step);
  return seen ? <Outcome seen={seen} /> : null;
}

function Outcome({ seen }: { seen: PreviewStep }) {
  if (seen.outcome === 'failed') {
    return (
      <Group gap={6} wrap="nowrap" c="var(--status-bad)" align="flex-start">
        <IconCircleX size={18} aria-hidden style={{ flexShrink: 0 }} />
        <Text size="sm">{seen.problem || 'This record would fail here'}</Text>
      </Group>
    );
  }
  if (seen.outcome === 'excluded') {
    return (
      <Group gap={6} wrap="nowrap" c="dimmed">
        <IconFilterOff size={18} aria-hidden style={{ flexShrink: 0 }} />
        <Text size="sm">Excluded here{seen.problem ? `: ${seen.problem}` : ''}</Text>
      </Group>
    );
  }
  if (seen.kind === 'filter') {
    return (
      <Text size="sm" c="dimmed">
        Passes
      </Text>
    );
  }
  const keys = [seen.external_id && `external ID ${seen.external_id}`, seen.id && `internal ID ${seen.id}`].filter(Boolean).join(', ');
  return seen.record ? <Shown title={seen.kind === 'import' ? `Would be sent${keys ? `, ${keys}` : ''}` : 'Behind the mapping'} value={seen.record} /> : null;
}

function Shown({ title, value }: { title: string; value: unknown }) {
  return (
    <Stack gap={6}>
      <Text size="sm" fw={550}>
        {title}
      </Text>
      <Json value={value} label={title} />
    </Stack>
  );
}
