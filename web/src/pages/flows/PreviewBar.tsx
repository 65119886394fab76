import { ActionIcon, Button, Card, Group, Text } from '@mantine/core';
import { IconChevronLeft, IconChevronRight, IconX } from '@tabler/icons-react';

import classes from './flow.module.css';
import type { FlowEditorState } from './useFlowEditor';

/** Which record the preview shows, and the way to the others. */
export function PreviewBar({ state, onAgain }: { state: FlowEditorState; onAgain: () => void }) {
  const { preview, text } = state;
  if (!preview) return null;
  const { records } = preview.data;
  const record = records[preview.index];
  const stale = preview.text !== text;
  return (
    <Card padding="xs" px="md" mb="md" className={classes.bar} role="region" aria-label="Preview">
      <Group justify="space-between" gap="sm">
        <Group gap="xs">
          <ActionIcon variant="default" aria-label="Record before" disabled={preview.index === 0} onClick={() => state.showRecord(preview.index - 1)}>
            <IconChevronLeft size={18} aria-hidden />
          </ActionIcon>
          <ActionIcon variant="default" aria-label="Next record" disabled={preview.index >= records.length - 1} onClick={() => state.showRecord(preview.index + 1)}>
            <IconChevronRight size={18} aria-hidden />
          </ActionIcon>
          <Text size="sm" aria-live="polite">
            {record ? (
              <>
                Preview: record {preview.index + 1} of {records.length}
                {record.key && (
                  <Text span c="dimmed">
                    {' '}
                    {record.key}
                  </Text>
                )}
              </>
            ) : (
              'Preview: the export gave no records'
            )}
          </Text>
        </Group>
        <Group gap="xs">
          <Text size="sm" c="dimmed">
            {stale ? 'The flow has changed since.' : 'Nothing was written.'}
          </Text>
          {stale && (
            <Button size="xs" variant="default" loading={state.show.isPending} onClick={onAgain}>
              Preview again
            </Button>
          )}
          <ActionIcon variant="subtle" color="gray" aria-label="Close the preview" onClick={state.hidePreview}>
            <IconX size={18} aria-hidden />
          </ActionIcon>
        </Group>
      </Group>
    </Card>
  );
}
