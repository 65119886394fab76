import type { CompletionSource } from '@codemirror/autocomplete';
import { lazy, type Ref, Suspense } from 'react';

import classes from './code.module.css';
import { heights } from './lines';

export type Language = 'yaml' | 'sql' | 'bloblang' | 'json' | 'text';

/** Something that is wrong at a place of the text. Lines and columns count from 1; without a column it is about the line. */
export interface Problem {
  line: number;
  column?: number;
  message: string;
}

/** What others may do with the editor that they hold. */
export interface EditorHandle {
  /** Puts a text in place of what is selected, and the cursor behind it. */
  insert: (text: string) => void;
  focus: () => void;
}

export interface CodeEditorProps {
  value: string;
  onChange?: (value: string) => void;
  language: Language;
  /** What the text is, for who listens; a visible label stands beside the editor. */
  label: string;
  readOnly?: boolean;
  problems?: Problem[];
  complete?: CompletionSource;
  minLines?: number;
  /** Beyond these it scrolls. One line is a field: Tab leaves it. */
  maxLines?: number;
  autoFocus?: boolean;
  placeholder?: string;
  /** The IDs of elements that describe the text. */
  describedBy?: string;
  onBlur?: () => void;
  ref?: Ref<EditorHandle>;
}

const Editor = lazy(() => import('./Editor').then((m) => ({ default: m.Editor })));

/**
 * A text that is code: coloured, completed, with its problems at their places.
 * Escape and then Tab leave it. It is loaded when first shown, and stands in the
 * space that it will take until then.
 */
export function CodeEditor(props: CodeEditorProps) {
  const { value, minLines, maxLines } = props;
  return (
    <Suspense
      fallback={
        <div className={classes.waiting} style={heights(value, minLines, maxLines)} aria-hidden>
          {value}
        </div>
      }
    >
      <Editor {...props} />
    </Suspense>
  );
}
