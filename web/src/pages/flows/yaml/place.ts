/** Where in a flow file something is typed: read from the indentation alone, since what is being typed is seldom whole. */
export interface TypingPlace {
  /** The keys that it is within, from the outside; positions in lists are left out. */
  within: string[];
  /** What is typed so far, and where that begins. */
  word: string;
  from: number;
  /** The column in which keys of this object begin. */
  column: number;
  /** The key whose value is typed; else a key is. */
  key?: string;
  /** An item of a list is typed that may be a plain value. */
  item: boolean;
  /** Keys that the object has already. */
  taken: string[];
}

interface Line {
  column: number;
  dashed: boolean;
  key?: string;
  value: string;
}

const shape = /^(\s*)((?:- +)*)(?:(["']?)([\w.-]+)\3\s*:(?:\s+(.*)|\s*)$|(.*)$)/;

function lineOf(text: string): Line | undefined {
  if (/^\s*(#|$)/.test(text)) return undefined;
  const [, indent = '', dashes = '', , key, value, plain] = shape.exec(text) ?? [];
  return { column: indent.length + dashes.length, dashed: dashes !== '', key, value: (key ? value : plain) ?? '' };
}

/** The place at an offset of the text; nothing within texts of several lines and comments. */
export function placeAt(text: string, offset: number): TypingPlace | undefined {
  const before = text.slice(0, offset).split('\n');
  const after = text.slice(offset).split('\n').slice(1);
  const current = before.pop() ?? '';
  if (/(^|\s)#/.test(current)) return undefined;
  const [, indent = '', dashes = '', rest = ''] = /^(\s*)((?:- +)*)(.*)$/.exec(current) ?? [];
  const column = indent.length + dashes.length;
  const entry = /^([\w.-]+):\s+(.*)$/.exec(rest);
  const word = entry ? (entry[2] ?? '') : rest;
  if (/[:[\]{}"'\s]/.test(word)) return undefined;
  const above = before.map(lineOf);
  const within: string[] = [];
  let limit = column;
  for (const line of above.toReversed()) {
    if (!line || line.column >= limit) continue;
    if (!line.key || /^[|>]/.test(line.value)) return undefined;
    within.unshift(line.key);
    limit = line.column;
  }
  const taken = [...siblings(above.toReversed(), column, dashes !== ''), ...siblings(after.map(lineOf), column, false, true)];
  return { within, word, from: offset - word.length, column, key: entry?.[1], item: dashes !== '' && !entry, taken };
}

/** The keys of the same object on the lines away from the cursor. */
function siblings(lines: (Line | undefined)[], column: number, ended: boolean, down = false): string[] {
  const keys: string[] = [];
  if (ended) return keys;
  for (const line of lines) {
    if (!line || line.column > column) continue;
    if (line.column < column || (down && line.dashed)) break;
    if (line.key) keys.push(line.key);
    if (line.dashed) break;
  }
  return keys;
}
