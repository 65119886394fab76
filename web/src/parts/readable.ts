import { isJson } from '../api/jsonCheck';
import { indented } from '../api/rawJson';

/** The first line of what was sent or answered, and what follows it, as people read it. */
export function readable(text: string): { head: string; body: string } {
  if (isJson(text)) return { head: '', body: indented(text) };
  const end = text.indexOf('\n');
  const head = end < 0 ? text : text.slice(0, end);
  // XML and cut JSON have no line of their own before them.
  if (/^\s*[{[<]/.test(head)) return { head: '', body: text };
  const body = end < 0 ? '' : text.slice(end + 1).trim();
  return { head, body: isJson(body) ? indented(body) : body };
}
