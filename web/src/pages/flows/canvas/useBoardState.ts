import { useCallback, useState } from 'react';

import { addExport, type DraftStep, type Path, pathAfterInsertion, pathAfterRemoval, pathText, type Spot, spotAfterTransfer } from '../../../flow/document';
import { pathOf } from '../../../flow/position';
import { exportsOf } from '../../../flow/steps';
import type { FlowEditorState } from '../useFlowEditor';
import type { Board } from './board';
import type { Layout } from './layout';
import { endStop, isStop, neighbour, nextStop } from './reach';

/** Where the focus goes once the page shows what was done. */
export type Focus = { on: 'stop'; id: string } | { on: 'pane' };

const idOf = ({ list, at }: Spot) => pathText([...list, at]);

/** What is open and active on the canvas, and what is done there: the text changes, and what is open goes along. */
export function useBoardState(state: FlowEditorState, { parts }: Layout, isNew: boolean) {
  const [shown, setShown] = useState<string | undefined>(isNew ? 'export' : undefined);
  const [wanted, setActive] = useState<string>();
  const [focus, setFocus] = useState<Focus>();
  const [said, say] = useState('');
  const [creating, setCreating] = useState<{ path: Path; application?: string }>();
  const [adding, setAdding] = useState<string>();
  const stop = parts.find((p) => p.id === wanted && isStop(p)) ?? endStop(parts, 'first');
  const active = stop?.id ?? '';

  const open = (id: string) => {
    setShown(id);
    setActive(id);
    setFocus({ on: 'pane' });
  };
  const goTo = (id: string | undefined) => {
    if (!id) return;
    setActive(id);
    setFocus({ on: 'stop', id });
  };
  const follow = (by: (path: Path) => Path | undefined) =>
    setShown((id) => {
      const path = id && by(pathOf(id));
      return path ? pathText(path) : undefined;
    });
  const transfer = (from: Spot, to: Spot) => {
    const there = spotAfterTransfer(from, to);
    state.transfer(from, to);
    const own = [...from.list, from.at];
    follow((path) => {
      if (pathText(path.slice(0, own.length)) === pathText(own)) return [...there.list, there.at, ...path.slice(own.length)];
      const left = pathAfterRemoval(path, from);
      return left && pathAfterInsertion(left, there);
    });
    goTo(idOf(there));
    say('Moved');
  };

  const actions: Pick<Board, 'open' | 'add' | 'addExport' | 'addPath' | 'remove' | 'duplicate' | 'move' | 'movePath' | 'canMove' | 'createConnection'> = {
    open,
    add: (spot, step: DraftStep) => {
      state.insertAt(spot, step);
      open(idOf(spot));
    },
    addExport: () => {
      state.change(addExport);
      open(`exports[${Math.max(exportsOf(state.flow).length, 1)}]`);
    },
    addPath: (branch, count) => {
      state.insertAt({ list: [...branch, 'paths'], at: count }, { name: `path-${count + 1}`, steps: [] } as DraftStep);
      open(`${pathText(branch)}.paths[${count}]`);
    },
    remove: (spot, name) => {
      const before = nextStop(parts, idOf(spot), 'left');
      state.removeAt(spot);
      follow((path) => pathAfterRemoval(path, spot));
      goTo(before?.id ?? endStop(parts, 'first')?.id);
      say(`${name} was deleted. Undo brings it back.`);
    },
    duplicate: (spot) => {
      state.duplicate(spot);
      open(idOf({ ...spot, at: spot.at + 1 }));
    },
    move: (spot, towards) => {
      const to = neighbour(parts, spot, towards);
      if (to) transfer(spot, to);
    },
    movePath: ({ list, at }, towards) => {
      const to = towards === 'up' ? at - 1 : at + 1;
      if (parts.some((p) => p.id === idOf({ list, at: to }))) transfer({ list, at }, { list, at: towards === 'up' ? at - 1 : at + 2 });
    },
    canMove: (spot, towards) => neighbour(parts, spot, towards) !== undefined,
    createConnection: (path, application) => setCreating({ path, application }),
  };
  return {
    ...actions,
    active,
    shown: parts.find((p) => p.id === shown && isStop(p))?.id,
    adding,
    setAdding,
    focus,
    focused: useCallback(() => setFocus(undefined), []),
    said,
    say,
    creating,
    stopCreating: () => setCreating(undefined),
    goTo,
    setActive,
    transfer,
    close: () => {
      setShown(undefined);
      goTo(shown);
    },
  };
}

export type BoardState = ReturnType<typeof useBoardState>;
