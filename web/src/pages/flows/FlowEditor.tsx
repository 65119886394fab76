import { Alert, Button, Tabs, VisuallyHidden } from '@mantine/core';
import { lazy, Suspense, useEffect, useMemo, useState } from 'react';
import { useLocation, useSearchParams } from 'react-router';

import type { FlowRevision } from '../../api/schema';
import type { Path } from '../../flow/document';
import { pathOf } from '../../flow/position';
import { linked, type Schema } from '../../flow/schema';
import { Explain } from '../../parts/Explain';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { useMay } from '../../session';
import { DryRunTab } from './dry/DryRunTab';
import { type Editor, EditorContext } from './editor';
import classes from './flow.module.css';
import { FlowHeader } from './FlowHeader';
import { FlowSettings } from './FlowSettings';
import { FlowTools } from './FlowTools';
import { PreviewBar } from './PreviewBar';
import { RevisionsTab } from './revisions/RevisionsTab';
import { RunPanel } from './RunPanel';
import { Steps } from './Steps';
import { useFlowActions } from './useFlowActions';
import { useFlowEditor } from './useFlowEditor';
import { useFlowRun } from './useFlowRun';
import { useFlowView } from './useFlowView';
import { useUndoKeys } from './useUndoKeys';
import { Unreadable } from './yaml/Unreadable';
import { YAMLTab } from './yaml/YAMLTab';

const SchedulePane = lazy(async () => ({ default: (await import('./schedule/SchedulePane')).SchedulePane }));
const TestsPane = lazy(async () => ({ default: (await import('./tests/TestsPane')).TestsPane }));
// What draws is as much as the rest of the page: the list does without it.
const Canvas = lazy(() => import('./canvas/Canvas').then((m) => ({ default: m.Canvas })));

interface Props {
  schema: Schema;
  /** The stored flow; a new one is made without it. */
  revision?: FlowRevision;
  /** The text that a new flow starts from. */
  start?: string;
}

/** A flow as a drawing, as a list of steps or as a file: to edit, preview, save and run. */
export function FlowEditor({ schema: described, revision, start = '' }: Props) {
  const schema = useMemo(() => linked(described), [described]);
  const stored = revision?.flow.name;
  const state = useFlowEditor(revision?.text ?? start, stored, schema);
  const mayEdit = useMay('flows.edit');
  const { run, now, begin } = useFlowRun(stored);
  const actions = useFlowActions(state, stored, begin);
  const [tab, setTab] = useTab();
  const { view, wide, choose } = useFlowView();
  const returnTo = useReturnAddress();
  useReturn(state.set);
  useUndoKeys(state, !mayEdit);

  const editor: Editor = {
    flow: state.flow,
    text: state.text,
    schema,
    readOnly: !mayEdit || !!state.broken,
    problems: state.problems,
    set: state.set,
    change: state.change,
    preview: state.preview,
    run,
    returnTo,
    integration: state.flow.integration,
  };
  const failure = state.save.error ?? state.show.error ?? actions.run.error;
  const drawn = tab === 'steps' && view === 'canvas';
  return (
    <EditorContext value={editor}>
      <div className={classes.editor} data-drawn={drawn || undefined}>
        <FlowHeader state={state} actions={actions} revision={revision} />
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
        <Tabs value={tab} onChange={(v) => setTab(v ?? 'steps')} keepMounted={false} activateTabWithKeyboard={false} className={classes.parts}>
          <div className={classes.head}>
            <Tabs.List aria-label="Parts of the flow" className={classes.tabs}>
              <Tabs.Tab value="steps">Steps</Tabs.Tab>
              <Tabs.Tab value="schedule">Schedule</Tabs.Tab>
              <Tabs.Tab value="settings">Settings</Tabs.Tab>
              <Tabs.Tab value="yaml">YAML</Tabs.Tab>
              {stored && <Tabs.Tab value="tests">Tests</Tabs.Tab>}
              {mayEdit && <Tabs.Tab value="dry-run">Dry run</Tabs.Tab>}
              {revision && <Tabs.Tab value="revisions">Revisions</Tabs.Tab>}
            </Tabs.List>
            <FlowTools file={state} readOnly={!mayEdit} view={tab === 'steps' && wide ? view : undefined} onView={choose} />
          </div>
          <Tabs.Panel value="steps" className={classes.panel} data-undo>
            <Unreadable broken={state.broken} onShow={() => setTab('yaml')} />
            <PreviewBar state={state} onAgain={actions.preview} />
            {drawn ? (
              <Suspense fallback={<Waiting />}>
                <Canvas state={state} isNew={!stored} />
              </Suspense>
            ) : (
              <Steps state={state} isNew={!stored} />
            )}
          </Tabs.Panel>
          <Tabs.Panel value="schedule" data-undo>
            <Unreadable broken={state.broken} onShow={() => setTab('yaml')} />
            <Suspense fallback={<PageSkeleton />}>
              <SchedulePane key={state.turns} stored={revision?.flow} dirty={state.dirty} />
            </Suspense>
          </Tabs.Panel>
          <Tabs.Panel value="settings" data-undo>
            <Unreadable broken={state.broken} onShow={() => setTab('yaml')} />
            <FlowSettings key={state.turns} />
          </Tabs.Panel>
          <Tabs.Panel value="yaml" data-undo>
            <YAMLTab state={state} readOnly={!mayEdit} />
          </Tabs.Panel>
          <Tabs.Panel value="tests">
            <Suspense fallback={<PageSkeleton />}>{stored && <TestsPane name={stored} />}</Suspense>
          </Tabs.Panel>
          <Tabs.Panel value="dry-run">
            <DryRunTab text={state.text} />
          </Tabs.Panel>
          <Tabs.Panel value="revisions">{revision && <RevisionsTab revision={revision} dirty={state.dirty} onReverted={(r) => state.take(r.text)} />}</Tabs.Panel>
        </Tabs>
      </div>
    </EditorContext>
  );
}

function Waiting() {
  return (
    <div className={classes.waiting} role="status">
      <VisuallyHidden>Loading</VisuallyHidden>
    </div>
  );
}

/** The part of the page that is shown; the address may name the first. */
function useTab() {
  const [search] = useSearchParams();
  return useState(search.get('tab') ?? 'steps');
}

/** The address of this page with the connection that is being made and the step it is for. */
function useReturnAddress() {
  const { pathname } = useLocation();
  return useMemo(() => (step: string, connection: string) => `${pathname}?${new URLSearchParams({ step, connection }).toString()}`, [pathname]);
}

// Where a connection may stand: an export, or an import or lookup of any step.
const places = /^(export|exports\[\d+\]|steps\[\d+\](\.branch\.paths\[\d+\]\.steps\[\d+\])*\.(import|lookup))$/;

/** Puts the connection that was made elsewhere into its step, once, when the browser comes back. */
function useReturn(set: (path: Path, value: unknown) => void) {
  const [search, setSearch] = useSearchParams();
  const connection = search.get('connection');
  const step = search.get('step');
  useEffect(() => {
    if (!connection || !step) return;
    if (places.test(step)) set([...pathOf(step), 'connection'], connection);
    setSearch({}, { replace: true });
  }, [connection, step, set, setSearch]);
}
