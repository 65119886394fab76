import { type Diagnostic, setDiagnostics } from '@codemirror/lint';
import type { EditorView } from '@codemirror/view';

import type { Problem } from './CodeEditor';
import { spanOf } from './lines';

/** Underlines what the problems are about; their words show under the pointer. */
export function markProblems(view: EditorView, problems: Problem[]) {
  const text = view.state.doc.toString();
  const marks = problems.map((p): Diagnostic => ({ ...spanOf(text, p), severity: 'error', message: p.message }));
  view.dispatch(setDiagnostics(view.state, marks));
}
