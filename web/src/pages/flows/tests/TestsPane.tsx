import { Anchor, Button, Card, Group, Menu, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPlayerPlay, IconPlus, IconTestPipe } from '@tabler/icons-react';
import { useState } from 'react';

import { query } from '../../../api/client';
import { useRefresh } from '../../../api/runs';
import type { FlowTests } from '../../../api/schema';
import { CodeEditor } from '../../../code/CodeEditor';
import { Ago } from '../../../parts/Ago';
import { Ask } from '../../../parts/Ask';
import { Empty } from '../../../parts/Empty';
import { Explain } from '../../../parts/Explain';
import { PageSkeleton } from '../../../parts/PageSkeleton';
import { useEditor } from '../editor';
import { addCase, draftOf, emptyCase } from './cases';
import { useDrafted } from './drafted';
import { EarlierTests } from './EarlierTests';
import { TestResults } from './TestResults';
import { useTests } from './useTests';

/** The tests that are kept with the flow: their text, and what comes of them on the flow as it is on the page. */
export function TestsPane({ name, onDirty }: { name: string; onDirty: (dirty: boolean) => void }) {
  const kept = query.useQuery('get', '/api/v1/flows/{name}/tests', { params: { path: { name } } }, { refetchOnWindowFocus: false });
  if (kept.error) return <Explain error={kept.error} title="The tests cannot be shown" />;
  return kept.data ? <KeptTests key={kept.data.number} name={name} kept={kept.data} onDirty={onDirty} /> : <PageSkeleton rows={3} />;
}

function KeptTests({ name, kept, onDirty }: { name: string; kept: FlowTests; onDirty: (dirty: boolean) => void }) {
  const { readOnly, preview } = useEditor();
  const tests = useTests(name, kept, onDirty);
  const { text, setText, dirty, run, save } = tests;
  useDrafted((list) => {
    setText(addCase(text, list));
    notifications.show({ message: 'A case of the record is at the end. Look at it before you save it: it has the values that the record has.' });
  });
  const begin = (
    <Group gap="sm" justify="center">
      <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setText(addCase('', emptyCase))}>
        Write a case
      </Button>
      <DraftButton name={name} text={text} onText={setText} />
    </Group>
  );
  if (!text && !dirty) {
    return (
      <Empty title="No tests yet" action={!readOnly && begin}>
        A case gives records to the flow and says what has to come of them. Other systems' answers are made up: it needs no NetSuite and changes nothing.
        {!preview && ' Preview the flow to make a case of one of its records.'}
      </Empty>
    );
  }
  return (
    <Stack gap="md">
      <Card padding="md" component="section" aria-labelledby="tests-text">
        <Group justify="space-between" gap="sm" mb="sm">
          <div>
            <Title order={2} size="h4" id="tests-text">
              Cases
            </Title>
            <Group gap="sm">
              <Kept kept={kept} dirty={dirty} />
              <EarlierTests name={name} kept={kept} onTake={readOnly ? undefined : setText} />
            </Group>
          </div>
          <Group gap="xs">
            {!readOnly && <DraftButton name={name} text={text} onText={setText} menu />}
            {dirty && (
              <Anchor component="button" size="sm" onClick={() => setText(kept.text)}>
                Discard changes
              </Anchor>
            )}
            {!readOnly && <DeleteTests name={name} kept={kept} onDeleted={() => setText('')} />}
            {!readOnly && (
              <Button size="xs" variant={dirty ? 'filled' : 'default'} disabled={!dirty} loading={save.isPending} onClick={tests.store}>
                Save tests
              </Button>
            )}
            {!readOnly && (
              <Button size="xs" variant={dirty ? 'default' : 'filled'} leftSection={<IconPlayerPlay size={14} aria-hidden />} loading={run.isPending} onClick={tests.start}>
                Run tests
              </Button>
            )}
          </Group>
        </Group>
        <CodeEditor language="yaml" label="Cases" value={text} onChange={readOnly ? undefined : setText} readOnly={readOnly} problems={tests.problems} minLines={12} maxLines={32} />
        <Text size="sm" c="dimmed" mt="xs">
          <code>sluice apply</code> takes them along as <code>{name}.test.yaml</code>.{' '}
          {Object.keys(kept.files ?? {}).length > 0 && (
            <>
              Files that they read: <FileNames files={kept.files ?? {}} />
            </>
          )}
        </Text>
      </Card>
      <Explain error={save.error ?? run.error} />
      <TestResults run={run} stale={tests.stale} />
    </Stack>
  );
}

function Kept({ kept, dirty }: { kept: FlowTests; dirty: boolean }) {
  if (!kept.number) return <Text size="sm">Not saved yet.</Text>;
  return (
    <Text size="sm" c="dimmed">
      Revision {kept.number}, <Ago at={kept.created_at} /> by {kept.created_by}
      {dirty && '; there are unsaved changes'}
    </Text>
  );
}

function FileNames({ files }: { files: Record<string, string> }) {
  return Object.keys(files)
    .toSorted()
    .map((path, n) => (
      <span key={path}>
        {n > 0 && ', '}
        <code>{path}</code>
      </span>
    ));
}

interface DraftProps {
  name: string;
  text: string;
  onText: (text: string) => void;
  /** As a menu with an empty case beside it. */
  menu?: boolean;
}

/** Makes a case of the record that the preview shows: it expects what comes of it now. */
function DraftButton({ name, text, onText, menu }: DraftProps) {
  const { preview, text: flow } = useEditor();
  const [pending, setPending] = useState(false);
  const record = preview?.data.records[preview.index];
  const draft = async () => {
    if (!preview) return;
    setPending(true);
    try {
      onText(addCase(text, await draftOf(name, flow, preview)));
      notifications.show({ message: 'A case of the record is at the end' });
    } catch (e) {
      notifications.show({ color: 'red', message: e instanceof Error ? e.message : String(e) });
    }
    setPending(false);
  };
  const label = `Make a case of preview record ${(preview?.index ?? 0) + 1}`;
  if (!menu)
    return record ? (
      <Button variant="default" leftSection={<IconTestPipe size={16} aria-hidden />} loading={pending} onClick={() => void draft()}>
        {label}
      </Button>
    ) : null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button size="xs" variant="default" leftSection={<IconPlus size={14} aria-hidden />} loading={pending}>
          Add a case
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPlus size={16} aria-hidden />} onClick={() => onText(addCase(text, emptyCase))}>
          An empty case
        </Menu.Item>
        <Menu.Item leftSection={<IconTestPipe size={16} aria-hidden />} disabled={!record} onClick={() => void draft()}>
          {record ? label : 'Of a preview record: preview the flow first'}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function DeleteTests({ name, kept, onDeleted }: { name: string; kept: FlowTests; onDeleted: () => void }) {
  const refresh = useRefresh();
  const [asking, setAsking] = useState(false);
  const remove = query.useMutation('delete', '/api/v1/flows/{name}/tests', {
    onSuccess: () => {
      setAsking(false);
      onDeleted();
      refresh('/api/v1/flows/{name}/tests');
    },
  });
  if (!kept.number) return null;
  return (
    <>
      <Anchor component="button" size="sm" onClick={() => setAsking(true)}>
        Delete
      </Anchor>
      <Ask opened={asking} title="Delete the tests?" yes="Delete" danger pending={remove.isPending} error={remove.error} onNo={() => setAsking(false)} onYes={() => remove.mutate({ params: { path: { name } } })}>
        The flow stays as it is. Earlier revisions of the tests are kept.
      </Ask>
    </>
  );
}
