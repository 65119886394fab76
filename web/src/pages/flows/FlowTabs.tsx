import { Tabs, VisuallyHidden } from '@mantine/core';
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';

import type { FlowRevision } from '../../api/schema';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { useUnsaved } from '../../parts/useUnsaved';
import { useMay } from '../../session';
import { DryRunTab } from './dry/DryRunTab';
import classes from './flow.module.css';
import { FlowSettings } from './FlowSettings';
import { FlowTools } from './FlowTools';
import { PreviewBar } from './PreviewBar';
import { RevisionsTab } from './revisions/RevisionsTab';
import { Steps } from './Steps';
import type { FlowActions } from './useFlowActions';
import type { FlowEditorState } from './useFlowEditor';
import type { FlowView } from './useFlowView';
import { Unreadable } from './yaml/Unreadable';
import { YAMLTab } from './yaml/YAMLTab';

const SchedulePane = lazy(async () => ({ default: (await import('./schedule/SchedulePane')).SchedulePane }));
const TestsPane = lazy(async () => ({ default: (await import('./tests/TestsPane')).TestsPane }));
// What draws is as much as the rest of the page: the list does without it.
const Canvas = lazy(async () => ({ default: (await import('./canvas/Canvas')).Canvas }));

interface Props {
  state: FlowEditorState;
  actions: FlowActions;
  revision?: FlowRevision;
  tab: string;
  onTab: (tab: string) => void;
  view: FlowView;
  /** Chooses how the steps are shown, where there is a choice. */
  onView?: (view: FlowView) => void;
}

/** The parts of a flow's page. What changes the flow's text says so by data-undo. */
export function FlowTabs({ state, actions, revision, tab, onTab, view, onView }: Props) {
  const mayEdit = useMay('flows.edit');
  const stored = revision?.flow.name;
  const [unsavedTests, setUnsavedTests] = useState(false);
  const editing = (children: ReactNode) => (
    <>
      <Unreadable broken={state.broken} onShow={() => onTab('yaml')} />
      {children}
    </>
  );
  return (
    <Tabs value={tab} onChange={(v) => onTab(v ?? 'steps')} keepMounted={false} activateTabWithKeyboard={false} className={classes.parts}>
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
        <FlowTools file={state} readOnly={!mayEdit} view={tab === 'steps' && onView ? view : undefined} onView={(v) => onView?.(v)} />
      </div>
      <Tabs.Panel value="steps" className={classes.panel} data-undo>
        {editing(<PreviewBar state={state} onAgain={actions.preview} />)}
        {view === 'canvas' ? (
          <Suspense fallback={<Waiting />}>
            <Canvas state={state} isNew={!stored} />
          </Suspense>
        ) : (
          <Steps state={state} isNew={!stored} />
        )}
      </Tabs.Panel>
      <Tabs.Panel value="schedule" data-undo>
        {editing(
          <Suspense fallback={<PageSkeleton />}>
            <SchedulePane key={state.turns} stored={revision?.flow} dirty={state.dirty} />
          </Suspense>,
        )}
      </Tabs.Panel>
      <Tabs.Panel value="settings" data-undo>
        {editing(<FlowSettings key={state.turns} />)}
      </Tabs.Panel>
      <Tabs.Panel value="yaml" data-undo>
        <YAMLTab state={state} readOnly={!mayEdit} />
      </Tabs.Panel>
      <Tabs.Panel value="tests">
        <Suspense fallback={<PageSkeleton />}>{stored && <TestsPane name={stored} onDirty={setUnsavedTests} />}</Suspense>
      </Tabs.Panel>
      <Tabs.Panel value="dry-run">
        <DryRunTab text={state.text} />
      </Tabs.Panel>
      <Tabs.Panel value="revisions">{revision && <RevisionsTab revision={revision} dirty={state.dirty} onReverted={(r) => state.take(r.text, r.number)} />}</Tabs.Panel>
      {unsavedTests && <AskBeforeLeaving />}
    </Tabs>
  );
}

/** Is there while something is not saved. */
function AskBeforeLeaving() {
  const { report, dialog } = useUnsaved();
  useEffect(() => report(true), [report]);
  return dialog;
}

function Waiting() {
  return (
    <div className={classes.waiting} role="status">
      <VisuallyHidden>Loading</VisuallyHidden>
    </div>
  );
}
