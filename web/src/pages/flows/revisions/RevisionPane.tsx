import { Button, Drawer, Group, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';

import { query } from '../../../api/client';
import type { FlowRevision } from '../../../api/schema';
import { Ago } from '../../../parts/Ago';
import { Difference } from '../../../parts/Difference';
import { Explain } from '../../../parts/Explain';
import { PageSkeleton } from '../../../parts/PageSkeleton';

/** A revision's text. It never changes. */
export function useRevision(name: string, number: number) {
  return query.useQuery('get', '/api/v1/flows/{name}/revisions/{number}', { params: { path: { name, number } } }, { staleTime: Infinity, enabled: number > 0 });
}

interface Props {
  name: string;
  number: number;
  newest: FlowRevision;
  onClose: () => void;
  onRevert?: () => void;
}

/** One revision: what it changed, how it differs from the flow as it is, and its text. */
export function RevisionPane({ name, number, newest, onClose, onRevert }: Props) {
  const [view, setView] = useState('change');
  const own = useRevision(name, number);
  const before = useRevision(name, number - 1);
  const isNewest = number === newest.number;
  const error = own.error ?? (view === 'change' ? before.error : null);
  return (
    <Drawer opened onClose={onClose} position="right" size="xl" title={<Title order={2} size="h4">{`Revision ${number}`}</Title>}>
      <Stack gap="md">
        {own.data && (
          <Text size="sm" c="dimmed">
            Stored by {own.data.created_by} <Ago at={own.data.created_at} />
          </Text>
        )}
        <SegmentedControl
          aria-label="What to show"
          value={view}
          onChange={setView}
          data={[{ value: 'change', label: 'What it changed' }, ...(isNewest ? [] : [{ value: 'now', label: 'Against now' }]), { value: 'text', label: 'Text' }]}
        />
        <Explain error={error} title="The revision cannot be shown" />
        {!own.data || (number > 1 && !before.data && view === 'change') ? (
          !error && <PageSkeleton rows={3} />
        ) : view === 'text' ? (
          <pre className="json" style={{ maxHeight: 'none' }}>
            {own.data.text}
          </pre>
        ) : view === 'now' ? (
          <Difference title={`From revision ${number} to ${newest.number}`} before={own.data.text} after={newest.text} />
        ) : (
          <Difference title={number > 1 ? `From revision ${number - 1} to ${number}` : 'The first revision'} before={before.data?.text ?? ''} after={own.data.text} />
        )}
        {onRevert && !isNewest && (
          <Group justify="flex-end">
            <Button variant="default" onClick={onRevert}>
              Revert to revision {number}
            </Button>
          </Group>
        )}
      </Stack>
    </Drawer>
  );
}
