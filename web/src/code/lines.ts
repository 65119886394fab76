import type { CSSProperties } from 'react';

import type { Problem } from './CodeEditor';

/** How many lines of an editor are shown at once. */
export function linesShown(text: string, minLines = 3, maxLines = 24): number {
  return Math.min(Math.max(text.split('\n').length, minLines), Math.max(maxLines, minLines));
}

/** The same for the styles: what it takes now, and at most. */
export function heights(text: string, minLines?: number, maxLines = 24): CSSProperties {
  const least = maxLines === 1 ? 1 : minLines;
  return { '--lines': linesShown(text, least, maxLines), '--most': Math.max(maxLines, least ?? 0) } as CSSProperties;
}

/** A part of the text, by offsets. */
export interface Span {
  from: number;
  to: number;
}

/** The part of the text that a problem is about: the word at its place, else what is left of the line. */
export function spanOf(text: string, { line, column }: Problem): Span {
  const lines = text.split('\n');
  const at = Math.min(Math.max(line, 1), lines.length) - 1;
  const start = lines.slice(0, at).reduce((sum, l) => sum + l.length + 1, 0);
  const here = lines[at] ?? '';
  if (column === undefined) {
    const indent = here.length - here.trimStart().length;
    return { from: start + indent, to: start + here.length };
  }
  const from = Math.min(Math.max(column - 1, 0), here.length);
  const word = /^[\w$@.]+/.exec(here.slice(from))?.[0].length ?? 0;
  if (word > 0) return { from: start + from, to: start + from + word };
  // At the end of a line there is nothing to underline but what stands before.
  return from < here.length ? { from: start + from, to: start + from + 1 } : { from: start + Math.max(from - 1, 0), to: start + here.length };
}

/** The one change that makes one text of another, so that the cursor stays where nothing changed. */
export function changeTo(old: string, next: string): Span & { insert: string } {
  let from = 0;
  while (from < old.length && from < next.length && old[from] === next[from]) from++;
  let end = 0;
  while (end < old.length - from && end < next.length - from && old[old.length - 1 - end] === next[next.length - 1 - end]) end++;
  return { from, to: old.length - end, insert: next.slice(from, next.length - end) };
}
