import type { Completion, CompletionContext, CompletionResult, CompletionSource } from '@codemirror/autocomplete';

/** A table or column that can be completed. */
export interface Name {
  name: string;
  /** What it is called or holds. */
  about?: string;
}

/** Where the names come from; both are asked as they are needed. */
export interface Names {
  tables: () => Promise<Name[]>;
  columns: (table: string) => Promise<Name[]>;
}

/** A table that a query reads, under the name by which its columns are meant. */
export interface Source {
  table: string;
  alias: string;
}

/** Texts and comments, which name nothing, as blanks of the same length. */
export function masked(sql: string): string {
  return sql.replace(/'(?:[^']|'')*'?|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g, (m) => m.replace(/[^\n]/g, ' '));
}

const keyword = /^(on|where|join|inner|left|right|full|outer|cross|natural|group|order|having|union|intersect|minus|except|limit|fetch|offset|using|set|select|as|and|or)$/i;

/** The tables that a query reads, wherever it says so. */
export function sourcesOf(sql: string): Source[] {
  const found: Source[] = [];
  for (const m of masked(sql).matchAll(/\b(?:from|join)\s+((?:[\w.$]+(?:\s+(?:as\s+)?\w+)?\s*,\s*)*[\w.$]+(?:\s+(?:as\s+)?\w+)?)/gi)) {
    for (const part of (m[1] ?? '').split(',')) {
      const [table, ...rest] = part.trim().split(/\s+/);
      const alias = rest.find((word) => !/^as$/i.test(word));
      if (table && !keyword.test(table)) found.push({ table, alias: alias && !keyword.test(alias) ? alias : (table.split('.').at(-1) ?? table) });
    }
  }
  return found;
}

const behindFrom = /\b(?:from|join|into|update)\s+(?:[\w.$]+(?:\s+(?:as\s+)?\w+)?\s*,\s*)*[\w.$]*$/i;

const options = (names: Name[], type: string, boost = 0): Completion[] => names.map((n) => ({ label: n.name, detail: n.about, type, boost }));

/** Completes tables and columns, also behind an alias: FROM transaction t makes t. complete. */
export function completeSQL(names: Names): CompletionSource {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const sql = context.state.doc.toString();
    const before = masked(sql).slice(0, context.pos);
    if (before.length > 0 && before.at(-1) === ' ' && sql[context.pos - 1] !== ' ') return null; // in a text or comment
    const word = /[\w$]*$/.exec(before)?.[0] ?? '';
    const from = context.pos - word.length;
    const validFor = /^[\w$]*$/;
    if (behindFrom.test(before)) {
      const dotted = /([\w$]+\.)[\w$]*$/.exec(before)?.[1] ?? '';
      const tables = (await names.tables()).filter((t) => t.name.toLowerCase().startsWith(dotted.toLowerCase()));
      return { from, options: options(tables.map((t) => ({ ...t, name: t.name.slice(dotted.length) })), 'class', 1), validFor };
    }
    const sources = sourcesOf(sql);
    const qualifier = /([\w$]+)\.[\w$]*$/.exec(before)?.[1];
    if (qualifier) {
      const source = sources.find((s) => s.alias.toLowerCase() === qualifier.toLowerCase());
      return source ? { from, options: options(await names.columns(source.table), 'property', 1), validFor } : null;
    }
    if (word === '' && !context.explicit) return null;
    const lists = await Promise.all([...new Set(sources.map((s) => s.table))].map((table) => names.columns(table)));
    const aliases = sources.length > 1 ? sources.map((s) => ({ name: s.alias, about: s.alias === s.table ? undefined : s.table })) : [];
    const seen = new Set<string>();
    const columns = lists.flat().filter((c) => !seen.has(c.name) && seen.add(c.name));
    return { from, options: [...options(aliases, 'namespace', 2), ...options(columns, 'property', 1)], validFor };
  };
}
