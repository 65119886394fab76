/** The part of JSON Schema in which the server describes flow files. */
export interface Schema {
  type?: string | string[];
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  oneOf?: { required: string[] }[];
  enum?: string[];
  items?: Schema;
  minimum?: number;
  maximum?: number;
  additionalProperties?: boolean | Schema;
  /** Where the schema is defined, and the definitions; see linked. */
  $ref?: string;
  $defs?: Record<string, Schema>;
}

/** Puts definitions into the places that refer to them. What contains itself, such as a step with a branch, does so afterwards too. */
export function linked(schema: Schema): Schema {
  const done = new Map<Schema, Schema>();
  const link = (at: Schema): Schema => {
    const name = at.$ref?.split('/').at(-1);
    const from = (name && schema.$defs?.[name]) || at;
    const known = done.get(from);
    if (known) return known;
    const to: Schema = { ...from };
    done.set(from, to);
    if (from.items) to.items = link(from.items);
    if (from.properties) to.properties = Object.fromEntries(Object.entries(from.properties).map(([key, of]) => [key, link(of)]));
    return to;
  };
  return link(schema);
}

/** How a field is entered. */
export type Form = 'text' | 'code' | 'lines' | 'choice' | 'list' | 'number' | 'tick' | 'pairs' | 'group' | 'groups';

// Texts that are usually longer than a line.
const long = new Set(['query', 'body', 'description']);

/** Tells from a field's schema how it is entered. */
export function formOf(name: string, schema: Schema): Form {
  if (schema.enum) return 'choice';
  if (schema.properties) return 'group';
  if (Array.isArray(schema.type)) return schema.type.includes('null') ? 'text' : 'code';
  switch (schema.type) {
    case 'integer':
      return 'number';
    case 'boolean':
      return 'tick';
    case 'object':
      return 'pairs';
    case 'array':
      return schema.items?.properties ? 'groups' : 'list';
  }
  return long.has(name) ? 'lines' : 'text';
}

/** The schema at a path of keys; lists are passed through. */
export function schemaAt(schema: Schema | undefined, ...path: string[]): Schema | undefined {
  let at = schema;
  for (const key of path) at = (at?.items ?? at)?.properties?.[key];
  return at?.items?.properties ? at.items : at;
}

// What stands first in a form; the rest follows by name.
const first = ['type', 'record', 'script', 'deployment', 'method', 'path', 'table', 'query', 'operation', 'external_id', 'id', 'sublist', 'key', 'params', 'body', 'filter', 'by', 'as', 'columns'];

/** The names of an object's fields: required ones first, then by how much they matter. */
export function fieldNames(schema: Schema): string[] {
  const required = schema.required ?? [];
  const rank = (n: string) => (required.includes(n) ? 0 : 100) + (first.includes(n) ? first.indexOf(n) : 50);
  return Object.keys(schema.properties ?? {}).toSorted((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

const words: Record<string, string> = { id: 'ID', ids: 'IDs', sql: 'SQL', url: 'URL', csv: 'CSV', http: 'HTTP' };

/** A field's name as people read it: external_id is External ID. */
export function labelOf(name: string): string {
  const text = name
    .split('_')
    .map((w) => words[w] ?? w)
    .join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
