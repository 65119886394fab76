import { Group, Stack, Text } from '@mantine/core';
import { IconCircleX, IconFilterOff } from '@tabler/icons-react';

import { rawAt } from '../../api/rawJson';
import type { PreviewStep } from '../../api/schema';
import { Json } from '../../parts/Json';
import { useEditor } from './editor';

/** The preview's record as the export made it. */
export function ExportPreview({ name }: { name?: string }) {
  const { preview } = useEditor();
  const record = preview?.data.records[preview.index];
  if (!preview || !record || (record.export ?? '') !== (name ?? '')) return null;
  const [first] = record.steps;
  if (first?.kind === 'export') return <Outcome seen={first} />;
  return <Shown title={record.origin ? `As exported, from ${record.origin}` : 'As exported'} raw={rawAt(preview.raw, ['records', preview.index, 'record'])} />;
}

/** What a step makes of the preview's record. Where the record ended before, it says nothing. */
export function StepPreview({ step }: { step: string }) {
  const { preview } = useEditor();
  if (!preview) return null;
  const steps = preview.data.records[preview.index]?.steps ?? [];
  const at = steps.findIndex((s) => s.step === step);
  const seen = steps[at];
  return seen ? <Outcome seen={seen} raw={rawAt(preview.raw, ['records', preview.index, 'steps', at, 'record'])} /> : null;
}

function Outcome({ seen, raw }: { seen: PreviewStep; raw?: string }) {
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
  if (seen.kind === 'branch') return null; // its paths say which of them the record takes
  if (seen.kind === 'path') {
    return (
      <Text size="sm" c="dimmed">
        Takes this path
      </Text>
    );
  }
  const by = seen.route ? ` by ${seen.route.api}` : '';
  const keys = [seen.external_id && `external ID ${seen.external_id}`, seen.id && `internal ID ${seen.id}`].filter(Boolean).join(', ');
  return <Shown title={seen.kind === 'import' ? `Would be sent${by}${keys ? `, ${keys}` : ''}` : 'Behind the mapping'} raw={raw} why={seen.route?.why} />;
}

function Shown({ title, raw, why }: { title: string; raw?: string; why?: string }) {
  return raw === undefined ? null : (
    <Stack gap={6}>
      <Text size="sm" fw={550}>
        {title}
      </Text>
      {why && (
        <Text size="sm" c="dimmed">
          {why}
        </Text>
      )}
      <Json raw={raw} label={title} />
    </Stack>
  );
}
