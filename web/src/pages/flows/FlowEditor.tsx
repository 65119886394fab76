import { Alert, Button, Card, Group, Tabs, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconEye, IconPlayerPlay } from '@tabler/icons-react';
import { lazy, Suspense, useEffect, useMemo, useState } from 'react';
import { useLocation, useNavigate, useSearchParams } from 'react-router';

import { query } from '../../api/client';
import { useRefresh } from '../../api/runs';
import type { FlowRevision } from '../../api/schema';
import type { Path } from '../../flow/document';
import { linked, type Schema } from '../../flow/schema';
import { Copy } from '../../parts/Copy';
import { Explain } from '../../parts/Explain';
import { PageHeader } from '../../parts/PageHeader';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { useMay } from '../../session';
import { DryRunTab } from './dry/DryRunTab';
import { type Editor, EditorContext } from './editor';
import classes from './flow.module.css';
import { FlowMenu } from './FlowMenu';
import { FlowSettings } from './FlowSettings';
import { FlowSwitch } from './FlowSwitch';
import { PreviewBar } from './PreviewBar';
import { RevisionsTab } from './revisions/RevisionsTab';
import { RunPanel } from './RunPanel';
import { Steps } from './Steps';
import { useFlowEditor } from './useFlowEditor';
import { useFlowRun } from './useFlowRun';

const SchedulePane = lazy(async () => ({ default: (await import('./schedule/SchedulePane')).SchedulePane }));
const TestsPane = lazy(async () => ({ default: (await import('./tests/TestsPane')).TestsPane }));

/** How many records a preview shows. */
const previewLength = 5;

interface Props {
  schema: Schema;
  /** The stored flow; a new one is made without it. */
  revision?: FlowRevision;
  /** The text that a new flow starts from. */
  start?: string;
}

/** A flow as a list of steps, to edit, preview, save and run. */
export function FlowEditor({ schema: described, revision, start = '' }: Props) {
  const base = revision?.text ?? start;
  const schema = useMemo(() => linked(described), [described]);
  const stored = revision?.flow.name;
  const state = useFlowEditor(base, stored, schema);
  const navigate = useNavigate();
  const refresh = useRefresh();
  const readOnly = !useMay('flows.edit');
  const mayRun = useMay('runs.control');
  const { run, now, begin } = useFlowRun(stored);
  const [tab, setTab] = useTab();
  const name = stored ?? state.flow.name ?? '';
  useReturn(state.set);

  const save = async () => {
    const saved = await state.store(name || 'new');
    if (!saved) return undefined;
    notifications.show({ message: `${saved.flow.name} is saved` });
    if (!revision) void navigate(`/flows/${encodeURIComponent(saved.flow.name)}`, { replace: true });
    return saved;
  };
  const start_ = query.useMutation('post', '/api/v1/flows/{name}/run', {
    onSuccess: (started) => {
      begin(started.id);
      refresh('/api/v1/runs');
    },
  });
  const runNow = async () => {
    if (state.dirty && !(await save())) return;
    start_.mutate({ params: { path: { name } } });
  };
  const preview = () => state.show.mutate(previewLength);
  const returnTo = useReturnAddress();

  const editor: Editor = {
    flow: state.flow,
    text: state.text,
    schema,
    readOnly,
    problems: state.problems,
    set: state.set,
    change: state.change,
    preview: state.preview,
    run,
    returnTo,
    integration: state.flow.integration,
  };
  const failure = state.save.error ?? state.show.error ?? start_.error;
  return (
    <EditorContext value={editor}>
      <PageHeader title={stored ?? 'New flow'} about={stored ? state.flow.description : 'A flow reads records from one connection, filters and maps them, and writes them to another.'}>
        {revision && <FlowSwitch revision={revision} label="Enabled" />}
        <Button variant="default" leftSection={<IconEye size={16} aria-hidden />} loading={state.show.isPending} onClick={preview}>
          Preview
        </Button>
        {!readOnly && (
          <Button variant={state.dirty ? 'filled' : 'default'} loading={state.save.isPending} disabled={!state.dirty && !!stored} onClick={() => void save()}>
            Save
          </Button>
        )}
        {mayRun && stored && (
          <Button variant={state.dirty ? 'default' : 'filled'} leftSection={<IconPlayerPlay size={16} aria-hidden />} loading={start_.isPending} disabled={!revision?.enabled} onClick={() => void runNow()}>
            {state.dirty ? 'Save & run' : 'Run now'}
          </Button>
        )}
        {revision && <FlowMenu revision={revision} onDeleted={() => void navigate(`/integrations/${encodeURIComponent(revision.flow.integration || 'default')}`)} />}
      </PageHeader>
      {state.restored && (
        <Alert mb="md" title="Your unsaved changes are here again">
          <Button size="xs" variant="default" mt={4} onClick={state.discard}>
            Discard them
          </Button>
        </Alert>
      )}
      {failure && (
        <div style={{ marginBottom: 'var(--mantine-spacing-md)' }}>
          <Explain error={failure} />
        </div>
      )}
      {run && <RunPanel run={run} now={now} />}
      <Tabs value={tab} onChange={(v) => setTab(v ?? 'steps')} keepMounted={false} activateTabWithKeyboard={false}>
        <Tabs.List mb="md" aria-label="Parts of the flow" className={classes.tabs}>
          <Tabs.Tab value="steps">Steps</Tabs.Tab>
          <Tabs.Tab value="schedule">Schedule</Tabs.Tab>
          <Tabs.Tab value="settings">Settings</Tabs.Tab>
          <Tabs.Tab value="yaml">YAML</Tabs.Tab>
          {stored && <Tabs.Tab value="tests">Tests</Tabs.Tab>}
          {!readOnly && <Tabs.Tab value="dry-run">Dry run</Tabs.Tab>}
          {revision && <Tabs.Tab value="revisions">Revisions</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="steps">
          {!stored && <NameField value={state.flow.name ?? ''} error={state.problems.name} onChange={(v) => state.set(['name'], v || undefined)} />}
          <PreviewBar state={state} onAgain={preview} />
          <Steps state={state} isNew={!stored} />
        </Tabs.Panel>
        <Tabs.Panel value="schedule">
          <Suspense fallback={<PageSkeleton />}>
            <SchedulePane stored={revision?.flow} dirty={state.dirty} />
          </Suspense>
        </Tabs.Panel>
        <Tabs.Panel value="settings">
          <FlowSettings />
        </Tabs.Panel>
        <Tabs.Panel value="yaml">
          <YAML text={state.text} />
        </Tabs.Panel>
        <Tabs.Panel value="tests">
          <Suspense fallback={<PageSkeleton />}>{stored && <TestsPane name={stored} />}</Suspense>
        </Tabs.Panel>
        <Tabs.Panel value="dry-run">
          <DryRunTab text={state.text} />
        </Tabs.Panel>
        <Tabs.Panel value="revisions">{revision && <RevisionsTab revision={revision} dirty={state.dirty} onReverted={(r) => state.take(r.text)} />}</Tabs.Panel>
      </Tabs>
    </EditorContext>
  );
}

function YAML({ text }: { text: string }) {
  return (
    <Card padding="md">
      <Group justify="space-between" mb="sm">
        <span className="quiet">The flow as a file. `sluice apply` stores it.</span>
        <Copy text={text} />
      </Group>
      <pre className="json" style={{ maxHeight: 'none' }}>
        {text}
      </pre>
    </Card>
  );
}

/** The part of the page that is shown; the address may name the first. */
function useTab() {
  const [search] = useSearchParams();
  return useState(search.get('tab') ?? 'steps');
}

function NameField({ value, error, onChange }: { value: string; error?: string; onChange: (value: string) => void }) {
  return (
    <Card padding="md" mb="md">
      <TextInput label="Name" required placeholder="orders-in" description="Lower-case letters, digits, dots, dashes and underscores. Files and commands name the flow so." value={value} error={error} spellCheck={false} onChange={(e) => onChange(e.currentTarget.value)} maw={480} />
    </Card>
  );
}

/** The address of this page with the connection that is being made and the step it is for. */
function useReturnAddress() {
  const { pathname } = useLocation();
  return useMemo(() => (step: string, connection: string) => `${pathname}?${new URLSearchParams({ step, connection }).toString()}`, [pathname]);
}

/** Puts the connection that was made elsewhere into its step, once, when the browser comes back. */
function useReturn(set: (path: Path, value: unknown) => void) {
  const [search, setSearch] = useSearchParams();
  const connection = search.get('connection');
  const step = search.get('step');
  useEffect(() => {
    if (!connection || !step) return;
    const place = /^steps\[(\d+)\]\.import$/.exec(step);
    if (place) set(['steps', Number(place[1]), 'import', 'connection'], connection);
    else if (step === 'export') set(['export', 'connection'], connection);
    setSearch({}, { replace: true });
  }, [connection, step, set, setSearch]);
}
