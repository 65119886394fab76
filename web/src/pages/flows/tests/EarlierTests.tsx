import { Anchor, Button, Drawer, Group, SegmentedControl, Select, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';

import { query } from '../../../api/client';
import type { FlowTests } from '../../../api/schema';
import { Ago } from '../../../parts/Ago';
import { Difference } from '../../../parts/Difference';
import { Explain } from '../../../parts/Explain';
import { PageSkeleton } from '../../../parts/PageSkeleton';

interface Props {
  name: string;
  kept: FlowTests;
  /** Puts an earlier text into the editor; without it, nothing is changed. */
  onTake?: (text: string) => void;
}

/** The way to what the tests were before. */
export function EarlierTests(props: Props) {
  const [open, setOpen] = useState(false);
  if (props.kept.number < 2) return null;
  return (
    <>
      <Anchor component="button" type="button" size="sm" onClick={() => setOpen(true)}>
        Earlier revisions
      </Anchor>
      {open && <Revisions {...props} onClose={() => setOpen(false)} />}
    </>
  );
}

/** A revision of the tests; number 0 stands for none, which is empty. */
function useTestsAt(name: string, revision: number) {
  return query.useQuery('get', '/api/v1/flows/{name}/tests', { params: { path: { name }, query: { revision } } }, { staleTime: Infinity, enabled: revision > 0 });
}

function Revisions({ name, kept, onTake, onClose }: Props & { onClose: () => void }) {
  const [number, setNumber] = useState(kept.number - 1);
  const [view, setView] = useState('now');
  const own = useTestsAt(name, number);
  const before = useTestsAt(name, number - 1);
  const error = own.error ?? (view === 'change' ? before.error : null);
  const ready = own.data && (view !== 'change' || number === 1 || before.data);
  return (
    <Drawer opened onClose={onClose} position="right" size="xl" title={<Title order={2} size="h4">Earlier tests of {name}</Title>}>
      <Stack gap="md">
        <Group gap="md" align="flex-end">
          <Select label="Revision" w={120} allowDeselect={false} data={Array.from({ length: kept.number }, (_, n) => String(kept.number - n))} value={String(number)} onChange={(v) => v && setNumber(Number(v))} />
          {own.data && (
            <Text size="sm" c="dimmed" pb={8}>
              Stored by {own.data.created_by} <Ago at={own.data.created_at} />
              {!own.data.text && ', who took the tests away'}
            </Text>
          )}
        </Group>
        <SegmentedControl
          aria-label="What to show"
          value={view}
          onChange={setView}
          data={[
            { value: 'now', label: 'Against now' },
            { value: 'change', label: 'What it changed' },
            { value: 'text', label: 'Text' },
          ]}
        />
        <Explain error={error} title="The tests cannot be shown" />
        {!ready ? (
          !error && <PageSkeleton rows={3} />
        ) : view === 'text' ? (
          <pre className="json" style={{ maxHeight: 'none' }}>
            {own.data.text}
          </pre>
        ) : view === 'now' ? (
          <Difference title={`From revision ${number} to ${kept.number}`} before={own.data.text} after={kept.text} />
        ) : (
          <Difference title={number > 1 ? `From revision ${number - 1} to ${number}` : 'The first revision'} before={before.data?.text ?? ''} after={own.data.text} />
        )}
        {onTake && own.data?.text && number !== kept.number && (
          <Group justify="flex-end">
            <Button
              variant="default"
              onClick={() => {
                onTake(own.data.text);
                onClose();
              }}
            >
              Edit this text
            </Button>
          </Group>
        )}
      </Stack>
    </Drawer>
  );
}
