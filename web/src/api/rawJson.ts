// Numbers of records keep all their digits: JSON.parse would make floats of them
// (9007199254740993, 10.00). What people see or edit of a record is therefore
// taken from the answer's text, and never passes through a JavaScript number.

/** The end of the JSON value that begins at the position. */
function endOf(text: string, start: number): number {
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    const c = text[i];
    if (c === '"') {
      i = endOfText(text, i);
      if (depth === 0) return i + 1;
    } else if (c === '{' || c === '[') depth++;
    else if (c === '}' || c === ']') {
      if (depth === 0) return i;
      if (--depth === 0) return i + 1;
    } else if (depth === 0 && (c === ',' || /\s/.test(c ?? ''))) return i;
  }
  return text.length;
}

/** The position of the quote that ends the text that begins at the position. */
function endOfText(text: string, start: number): number {
  let i = start + 1;
  while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
  return i;
}

function skip(text: string, at: number, pattern: RegExp): number {
  let i = at;
  while (i < text.length && pattern.test(text[i] ?? '')) i++;
  return i;
}

/** The text of the value at a path of keys and positions, as it stands in the JSON text. */
export function rawAt(text: string, path: (string | number)[]): string | undefined {
  let start = skip(text, 0, /\s/);
  for (const step of path) {
    const found = typeof step === 'number' ? itemAt(text, start, step) : memberAt(text, start, step);
    if (found === undefined) return undefined;
    start = found;
  }
  return text.slice(start, endOf(text, start));
}

function itemAt(text: string, start: number, index: number): number | undefined {
  if (text[start] !== '[') return undefined;
  let at = skip(text, start + 1, /\s/);
  for (let n = 0; text[at] !== ']' && at < text.length; n++) {
    if (n === index) return at;
    at = skip(text, endOf(text, at), /[\s,]/);
  }
  return undefined;
}

function memberAt(text: string, start: number, name: string): number | undefined {
  if (text[start] !== '{') return undefined;
  let at = skip(text, start + 1, /\s/);
  while (text[at] === '"') {
    const end = endOfText(text, at) + 1;
    const key: unknown = JSON.parse(text.slice(at, end));
    const value = skip(text, end, /[\s:]/);
    if (key === name) return value;
    at = skip(text, endOf(text, value), /[\s,]/);
  }
  return undefined;
}

/** Valid JSON text with a line for each member, numbers as they were. */
export function indented(raw: string): string {
  let out = '';
  let depth = 0;
  const line = () => `\n${'  '.repeat(depth)}`;
  for (let i = 0; i < raw.length; i++) {
    const c = raw[i] ?? '';
    if (/\s/.test(c)) continue;
    if (c === '"') {
      const end = endOfText(raw, i);
      out += raw.slice(i, end + 1);
      i = end;
    } else if (c === '{' || c === '[') {
      const next = skip(raw, i + 1, /\s/);
      if (raw[next] === '}' || raw[next] === ']') {
        out += c + (raw[next] ?? '');
        i = next;
      } else {
        depth++;
        out += c + line();
      }
    } else if (c === '}' || c === ']') {
      depth--;
      out += line() + c;
    } else if (c === ',') out += c + line();
    else if (c === ':') out += ': ';
    else out += c;
  }
  return out;
}
