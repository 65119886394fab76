import { createContext, useContext } from 'react';

import type { Preview, Run } from '../../api/schema';
import type { Draft, Path } from '../../flow/document';
import type { Schema } from '../../flow/schema';

/** What the parts of a flow's page share: the flow as it is edited, and what is known about it. */
export interface Editor {
  flow: Draft;
  text: string;
  schema: Schema;
  readOnly: boolean;
  /** What is wrong, by path. */
  problems: Record<string, string>;
  set: (path: Path, value: unknown) => void;
  change: (edit: (text: string) => string) => void;
  /** Which preview record is shown, if any. */
  preview?: { data: Preview; raw: string; index: number };
  /** The run that is shown with the steps. */
  run?: Run;
  /** The page to come back to when making a connection leaves it. */
  returnTo: (step: string, connection: string) => string;
  integration?: string;
}

export const EditorContext = createContext<Editor | null>(null);

export function useEditor(): Editor {
  const editor = useContext(EditorContext);
  if (!editor) throw new Error('used outside of a flow page');
  return editor;
}
