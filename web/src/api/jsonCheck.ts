// Where a text stops being JSON, told alike in every browser: their own words for it
// differ, and most do not say the place. A name that stands twice in an object is wrong
// here too, since only one of the two values would be kept.

/** What is wrong with a text, and where: lines and columns count from 1. */
export interface JsonProblem {
  line: number;
  column: number;
  message: string;
}

class Wrong extends Error {
  constructor(
    readonly at: number,
    message: string,
  ) {
    super(message);
  }
}

/** What keeps a text from being a record, which is a JSON object; nothing if it is one. */
export function problemOfRecord(text: string): JsonProblem | undefined {
  try {
    const reader = new Reader(text);
    reader.space();
    const start = reader.at;
    if (text[start] !== '{') {
      if (start < text.length) reader.value();
      throw new Wrong(start, 'A record is an object in curly brackets');
    }
    reader.value();
    reader.space();
    if (reader.at < text.length) throw new Wrong(reader.at, 'There is more behind the end of the record');
    return undefined;
  } catch (e) {
    if (!(e instanceof Wrong)) throw e;
    return { ...placeOf(text, e.at), message: e.message };
  }
}

/** Whether a text is one JSON value. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Line and column, from 1, of a place in a text. */
export function placeOf(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: [...(before.at(-1) ?? '')].length + 1 };
}

/** So deep no record is, and deeper the reading itself would end. */
const deepest = 500;

class Reader {
  at = 0;
  private depth = 0;

  constructor(private readonly text: string) {}

  space() {
    while (' \t\n\r'.includes(this.text[this.at] ?? 'x')) this.at++;
  }

  value(): void {
    this.space();
    const c = this.text[this.at];
    if (c === '{') return this.nested('}', () => this.member(new Set()));
    if (c === '[') return this.nested(']', () => () => this.value());
    if (c === '"') return void this.string();
    if (c !== undefined && /[-\d]/.test(c)) return this.number();
    for (const word of ['true', 'false', 'null'])
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return;
      }
    throw new Wrong(this.at, c === undefined ? 'The text ends where a value is missing' : c === "'" ? 'Texts stand in double quotes' : 'Here a value is missing');
  }

  /** An object or a list: items with commas between them. */
  private nested(end: string, items: () => () => void) {
    if (++this.depth > deepest) throw new Wrong(this.at, 'This is nested too deeply');
    const item = items();
    this.at++;
    this.space();
    if (this.text[this.at] === end) this.at++;
    else
      for (;;) {
        item();
        this.space();
        const c = this.text[this.at];
        if (c === end) {
          this.at++;
          break;
        }
        if (c !== ',') throw new Wrong(this.at, c === undefined ? `The text ends before ${end}` : `Here a comma or ${end} is missing`);
        this.at++;
        this.space();
        if (this.text[this.at] === end) throw new Wrong(this.at, `The comma before ${end} is one too many`);
      }
    this.depth--;
  }

  private member(names: Set<string>) {
    return () => {
      this.space();
      const start = this.at;
      if (this.text[start] !== '"') throw new Wrong(start, start >= this.text.length ? 'The text ends before }' : 'Here a name in double quotes is missing');
      const name = this.string();
      if (names.has(name)) throw new Wrong(start, `The name ${JSON.stringify(name)} stands here a second time`);
      names.add(name);
      this.space();
      if (this.text[this.at] !== ':') throw new Wrong(this.at, 'Here a colon is missing');
      this.at++;
      this.value();
    };
  }

  private string(): string {
    const start = this.at++;
    for (; ; this.at++) {
      const c = this.text[this.at];
      if (c === undefined) throw new Wrong(start, 'The text in quotes has no end');
      if (c === '"') break;
      if (c < ' ') throw new Wrong(this.at, c === '\n' ? 'The text in quotes has no end on its line' : 'A control character stands in the text');
      if (c !== '\\') continue;
      if (!/^(?:["\\/bfnrt]|u[\da-fA-F]{4})/.test(this.text.slice(this.at + 1, this.at + 6))) throw new Wrong(this.at, 'Behind this backslash nothing that it may stand for follows');
      this.at++;
    }
    return JSON.parse(this.text.slice(start, ++this.at)) as string;
  }

  private number() {
    const found = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/.exec(this.text.slice(this.at))?.[0];
    if (!found || /[\d.eE+-]/.test(this.text[this.at + found.length] ?? '')) throw new Wrong(this.at, 'This is no number as JSON has them');
    this.at += found.length;
  }
}
