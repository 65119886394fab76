import { useEffect, useReducer, useState } from 'react';

import { type Draft, duplicateStep, insertStep, moveStep, removeStep, type DraftStep, type Path, pathText, setAt, type Spot, transferStep } from '../../flow/document';
import { began, changed, type Change, type History, redone, undone } from '../../flow/history';
import { type Broken, readFlow } from '../../flow/reading';
import type { Schema } from '../../flow/schema';
import { keepDraft, keptDraft } from './draft';

/** A card of the list, which keeps what is open with its step: steps have no identity in the file. */
interface Place {
  id: number;
  open: boolean;
}

interface State {
  history: History;
  /** The last text that could be read, as a flow. */
  flow: Draft;
  /** Why the text is none, if so. */
  broken?: Broken;
  places: Place[];
  schema: Schema;
}

type Action =
  | { type: 'edit'; edit: (text: string) => string; change: Change; places?: (places: Place[]) => Place[] }
  | { type: 'undo' | 'redo' }
  | { type: 'take'; text: string }
  | { type: 'places'; places: (places: Place[]) => Place[] };

let lastId = 0;
const place = (open: boolean): Place => ({ id: ++lastId, open });

function begin({ text, schema, base, open }: { text: string; schema: Schema; base: string; open: boolean }): State {
  const first = readFlow(text, schema);
  const flow = first.flow ?? readFlow(base, schema).flow ?? {};
  return { history: began(text), flow, broken: first.broken, schema, places: (flow.steps ?? []).map(() => place(open)) };
}

function reduce(state: State, action: Action): State {
  switch (action.type) {
    case 'edit': {
      const history = changed(state.history, action.edit(state.history.text), action.change);
      return history === state.history ? state : shown(state, history, action.places?.(state.places) ?? state.places);
    }
    case 'undo':
    case 'redo': {
      const history = action.type === 'undo' ? undone(state.history) : redone(state.history);
      // What stands in the forms may be another step's now: they begin anew.
      return history === state.history ? state : shown(state, history, state.places.map((p) => place(p.open)));
    }
    case 'take':
      return begin({ text: action.text, schema: state.schema, base: action.text, open: false });
    case 'places':
      return { ...state, places: action.places(state.places) };
  }
}

function shown(state: State, history: History, places: Place[]): State {
  const { flow = state.flow, broken } = readFlow(history.text, state.schema);
  const steps = flow.steps ?? [];
  return { ...state, history, flow, broken, places: steps.length === places.length ? places : steps.map((_, n) => places[n] ?? place(false)) };
}

// All changes of one event are taken back together. An event ends with its microtasks.
let event = 0;
let running = false;
function thisEvent(): number {
  if (!running) {
    running = true;
    event++;
    setTimeout(() => (running = false));
  }
  return event;
}

/** The text of a flow as it is edited: the one truth, with what it was before. Unsaved text is kept over a reload. */
export function useFlowText(base: string, name: string | undefined, schema: Schema) {
  const [state, dispatch] = useReducer(reduce, undefined, () => begin({ text: keptDraft(name, base) ?? base, schema, base, open: name === undefined }));
  const { text, past, future } = state.history;
  const [restored, setRestored] = useState(text !== base);
  // Counts what was taken back and brought again: forms that hold something of their own begin anew.
  const [turns, setTurns] = useState(0);
  const dirty = text !== base;
  useEffect(() => keepDraft(name, base, dirty ? text : undefined), [name, base, text, dirty]);

  const edit = (edit: (text: string) => string, spot?: { place?: string; at?: number }, places?: (places: Place[]) => Place[]) => dispatch({ type: 'edit', edit, change: { event: thisEvent(), ...spot }, places });
  const turn = (type: 'undo' | 'redo') => {
    dispatch({ type });
    setTurns((n) => n + 1);
  };
  return {
    text,
    flow: state.flow,
    broken: state.broken,
    places: state.places,
    dirty,
    turns,
    restored: restored && dirty,
    forgetRestored: () => setRestored(false),
    canUndo: past.length > 0,
    canRedo: future.length > 0,
    undo: () => turn('undo'),
    redo: () => turn('redo'),
    take: (text: string) => {
      dispatch({ type: 'take', text });
      setRestored(false);
    },
    edit,
    /** Takes the text as it was typed. */
    type: (text: string) => edit(() => text, { place: 'text', at: Date.now() }),
    set: (path: Path, value: unknown) => edit((t) => setAt(t, path, value), { place: pathText(path) }),
    insert: (at: number, step: DraftStep) => edit((t) => insertStep(t, at, step), undefined, (p) => p.toSpliced(at, 0, place(true))),
    remove: (at: number) => edit((t) => removeStep(t, at), undefined, (p) => p.toSpliced(at, 1)),
    move: (from: number, to: number) =>
      edit((t) => moveStep(t, from, to), undefined, (p) => {
        const moved = p[from];
        return moved ? p.toSpliced(from, 1).toSpliced(to, 0, moved) : p;
      }),
    insertAt: (spot: Spot, step: DraftStep) => edit((t) => insertStep(t, spot.at, step, spot.list)),
    removeAt: (spot: Spot) => edit((t) => removeStep(t, spot.at, spot.list)),
    transfer: (from: Spot, to: Spot) => edit((t) => transferStep(t, from, to)),
    duplicate: (spot: Spot) => edit((t) => duplicateStep(t, spot)),
    toggle: (at: number) => dispatch({ type: 'places', places: (p) => p.map((s, n) => (n === at ? { ...s, open: !s.open } : s)) }),
  };
}

export type FlowText = ReturnType<typeof useFlowText>;
