import { createContext, useContext } from 'react';

import type { Run } from '../../../api/schema';
import type { DraftStep, Path, Spot } from '../../../flow/document';
import type { OpenErrors } from './useOpenErrors';

/** What can be done on the canvas, for the parts that stand on it. */
export interface Board {
  readOnly: boolean;
  /** The part that the keyboard is at: the only one that Tab stops at, with what belongs to it. */
  active: string;
  /** The part whose pane is open. */
  shown?: string;
  /** The plus sign over which a step is held. */
  target?: string;
  /** The plus sign whose menu is open. */
  adding?: string;
  setAdding: (plus: string | undefined) => void;
  /** The run whose counts are shown. */
  run?: Run;
  errors: OpenErrors;
  open: (id: string) => void;
  add: (spot: Spot, step: DraftStep) => void;
  addExport: () => void;
  addPath: (branch: Path, count: number) => void;
  remove: (spot: Spot, name: string) => void;
  duplicate: (spot: Spot) => void;
  move: (spot: Spot, towards: 'left' | 'right') => void;
  /** Moves a path before or behind the one next to it: the first that holds counts. */
  movePath: (spot: Spot, towards: 'up' | 'down') => void;
  canMove: (spot: Spot, towards: 'left' | 'right') => boolean;
  /** Makes a connection and puts it into the step at the path. */
  createConnection: (path: Path, application: string | undefined) => void;
}

export const BoardContext = createContext<Board | null>(null);

export function useBoard(): Board {
  const board = useContext(BoardContext);
  if (!board) throw new Error('used outside of the canvas');
  return board;
}
