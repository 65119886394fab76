import { isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';

import type { Path } from './document';

/** A place in a text; both count from 1. */
export interface Position {
  line: number;
  column: number;
}

/** Reads a path as the server writes it in problems: steps[1].import.record. */
export function pathOf(text: string): Path {
  return [...text.matchAll(/[^.[\]]+|\[(\d+)\]/g)].map(([part, index]) => (index === undefined ? part : Number(index)));
}

/** Finds the places of paths in a flow file. What is missing is found at what would hold it. */
export function positions(text: string): (path: string) => Position {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(Math.min(offset, Math.max(text.length - 1, 0)));
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  return (path) => at(offsetOf(document.contents, pathOf(path)));
}

function offsetOf(root: Node | null, path: Path): number {
  let node: unknown = root;
  let offset = 0;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find((i) => isScalar(i.key) && String(i.key.value) === String(part));
      if (!pair) return offset;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof part === 'number') {
      node = node.items[part];
      if (node === undefined) return offset;
      offset = startOf(node) ?? offset;
    } else return offset;
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

/** What keeps a text from being read as YAML, with its place. */
export function unreadable(text: string): (Position & { message: string }) | undefined {
  const [error] = parseDocument(text, { prettyErrors: false }).errors;
  if (!error) return undefined;
  const before = text.slice(0, error.pos[0]).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, message: error.message };
}
