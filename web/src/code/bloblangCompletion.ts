import type { Completion, CompletionContext, CompletionResult, CompletionSource } from '@codemirror/autocomplete';

import type { Name } from './sqlCompletion';

/** What a mapping can name. */
export interface Shape {
  /** A record as it comes to the mapping. */
  record?: unknown;
  /** Fields of what is made, below a path of names. */
  targets?: (path: string[]) => Name[];
  /** Values of a field of what is made, by a part of their names; undefined for one that takes any. */
  values?: (path: string) => ((part: string) => Promise<Value[]>) | undefined;
}

/** A value that a field takes: what is written, and what people call it. */
export interface Value {
  id: string;
  name: string;
}

const word = (label: string, detail: string, apply?: string): Completion => ({ label, detail, type: 'keyword', apply });

const words: Completion[] = [
  word('root', 'what is made'),
  word('this', 'the record as it comes'),
  word('let', 'a variable, read as $name', 'let '),
  word('if', 'if … { } else { }', 'if '),
  word('match', 'the first case that holds', 'match '),
  word('deleted()', 'leaves the field, or the record, out'),
  word('null', 'no value'),
  word('true', ''),
  word('false', ''),
];

const method = (label: string, detail: string): Completion => ({ label, detail, type: 'method', boost: -1 });

// What mappings use most; docs/flows.md says where all are described.
const methods: Completion[] = [
  method('or("")', 'a value where there is none'),
  method('catch(null)', 'a value where something fails'),
  method('string()', 'as text'),
  method('number()', 'as a number'),
  method('decimal()', 'as a number with all digits'),
  method('bool()', 'as true or false'),
  method('trim()', 'without blanks around'),
  method('uppercase()', 'in capitals'),
  method('lowercase()', 'in small letters'),
  method('capitalize()', 'each word with a capital'),
  method('replace_all("a", "b")', 'one text for another'),
  method('re_replace_all("[^0-9]", "")', 'by a pattern'),
  method('split(",")', 'a list of a text'),
  method('join(", ")', 'a text of a list'),
  method('contains("a")', 'has a part or an element'),
  method('has_prefix("a")', 'begins with'),
  method('has_suffix("a")', 'ends with'),
  method('length()', 'how long'),
  method('slice(0, 10)', 'a part'),
  method('map_each(x -> x)', 'each element of a list made anew'),
  method('filter(x -> true)', 'the elements that a condition holds for'),
  method('map_each_key(k -> k)', 'each name of an object made anew'),
  method('sum()', 'of a list of numbers'),
  method('sum_of("a")', 'of a field over a list'),
  method('plus(1)', 'sum, exact'),
  method('minus(1)', 'difference, exact'),
  method('times(2)', 'product, exact'),
  method('fixed(2)', 'as text with so many digits'),
  method('reformat_date("DD.MM.YYYY")', 'a date in another form'),
  method('add_days(1)', 'a date moved'),
  method('parse_json()', 'the value of a JSON text'),
  method('round()', 'to a whole number'),
  method('index(0)', 'an element of a list'),
  method('keys()', 'the names of an object'),
  method('values()', 'the values of an object'),
  method('without("a")', 'an object without some names'),
  method('merge({})', 'two objects as one'),
  method('sort()', 'a list in order'),
  method('unique()', 'each element once'),
];

/** The value below a path in a record; of a list, that of its first element. */
export function valueAt(record: unknown, path: string[]): unknown {
  return path.reduce<unknown>((at, name) => {
    if (Array.isArray(at)) return /^\d+$/.test(name) ? (at as unknown[])[Number(name)] : undefined;
    return typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[name] : undefined;
  }, record);
}

/** A name as it is written behind a dot. */
export function dotted(name: string): string {
  return /^\w+$/.test(name) ? name : JSON.stringify(name);
}

/** A value in a few words. */
export function inShort(value: unknown): string {
  if (Array.isArray(value)) return `${value.length} ${value.length === 1 ? 'element' : 'elements'}`;
  if (typeof value === 'object' && value !== null) return '{…}';
  const text = String(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** The values that can stand where a field's ID is written: root.subsidiary.id = "Lark */
function valuesAt(before: string, values: Shape['values']) {
  const set = /^\s*root((?:\.\w+)+)\.id\s*=\s*("?)([^"]*)$/.exec(before);
  const find = set && values?.((set[1] ?? '').slice(1));
  if (!set || !find) return undefined;
  const quoted = set[2] === '"';
  const part = quoted ? (set[3] ?? '') : '';
  if (!quoted && set[3] !== '') return undefined;
  const read = async () => (await find(part)).map(({ id, name }): Completion => ({ label: name, detail: id, type: 'constant', apply: quoted ? id : JSON.stringify(id) }));
  return { quoted, part, read };
}

/** Completes what a record has and what is to be made of it. */
export function completeBloblang({ record, targets, values }: Shape): CompletionSource {
  return (context: CompletionContext): CompletionResult | Promise<CompletionResult | null> | null => {
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(0, context.pos - line.from);
    const chosen = valuesAt(before, values);
    if (chosen && (context.explicit || chosen.quoted)) return chosen.read().then((options) => ({ from: context.pos - chosen.part.length, options, filter: false }));
    if (/^\s*#/.test(before) || (before.replace(/\\./g, '').match(/"/g)?.length ?? 0) % 2 === 1) return null;
    const typed = /\w*$/.exec(before)?.[0] ?? '';
    const from = context.pos - typed.length;
    const validFor = /^\w*$/;
    const chain = /\b(this|root)((?:\.(?:\w+|"[^"]*"))*)\.\w*$/.exec(before);
    if (chain) {
      const path = [...(chain[2] ?? '').matchAll(/\.(?:"([^"]*)"|(\w+))/g)].map((m) => m[1] ?? m[2] ?? '');
      if (chain[1] === 'root') return { from, options: (targets?.(path) ?? []).map((t) => ({ label: t.name, apply: dotted(t.name), detail: t.about, type: 'property' })), validFor };
      const at = valueAt(record, path);
      const fields = typeof at === 'object' && at !== null && !Array.isArray(at) ? Object.entries(at) : [];
      const own = fields.map(([name, value]): Completion => ({ label: name, apply: dotted(name), detail: inShort(value), type: 'property', boost: 1 }));
      return { from, options: path.length > 0 ? [...own, ...methods] : own, validFor };
    }
    if (/[\w)\]}"]\.\w*$/.test(before)) return { from, options: methods, validFor };
    if (typed === '' && !context.explicit) return null;
    return { from, options: words, validFor };
  };
}
