import { Alert, Button } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import { useLocation, useSearchParams } from 'react-router';

import type { FlowRevision } from '../../api/schema';
import type { Path } from '../../flow/document';
import { pathOf } from '../../flow/position';
import { linked, type Schema } from '../../flow/schema';
import { Explain } from '../../parts/Explain';
import { useMay } from '../../session';
import { type Editor, EditorContext } from './editor';
import classes from './flow.module.css';
import { FlowHeader } from './FlowHeader';
import { FlowTabs } from './FlowTabs';
import { Overtaken } from './Overtaken';
import { RunPanel } from './RunPanel';
import { useFlowActions } from './useFlowActions';
import { useFlowEditor } from './useFlowEditor';
import { useFlowRun } from './useFlowRun';
import { useFlowView } from './useFlowView';
import { useUndoKeys } from './useUndoKeys';

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
  const state = useFlowEditor(revision?.text ?? start, stored, schema, revision?.number);
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
            {state.overtaken && stored && <Overtaken name={stored} state={state} onLook={() => setTab('revisions')} />}
          </div>
        )}
        {run && <RunPanel run={run} now={now} />}
        <FlowTabs state={state} actions={actions} revision={revision} tab={tab} onTab={setTab} view={view} onView={wide ? choose : undefined} />
      </div>
    </EditorContext>
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
