import type { Schema } from './schema';

/** A way to read or write through a connection: the key of a flow file that says so. */
export interface Way {
  key: string;
  label: string;
}

const labels: Record<string, string> = {
  suiteql: 'SuiteQL',
  records: 'Record type',
  restlet: 'RESTlet',
  saved_search: 'Saved search',
  search: 'Search (SOAP)',
  deleted: 'Deleted records',
  netsuite: 'Record type',
  sql: 'SQL',
  csv: 'CSV file',
  jsonl: 'JSON lines file',
  xlsx: 'Excel sheet',
  http: 'HTTP',
  webhook: 'Webhook',
};

const databases = new Set(['postgresql', 'mysql', 'sqlserver', 'sqlite']);

function keysOf(kind: string): string[] {
  if (kind === 'netsuite') return ['suiteql', 'records', 'netsuite', 'restlet', 'saved_search', 'search', 'deleted'];
  if (kind === 'files') return ['csv', 'jsonl', 'xlsx'];
  return databases.has(kind) ? ['sql'] : [kind];
}

/** The ways that a connection of the kind has, of those that the flow file's schema knows for exports or imports. */
export function waysOf(kind: string, schema: Schema | undefined): Way[] {
  const known = (schema?.oneOf ?? []).flatMap((o) => o.required);
  return keysOf(kind)
    .filter((key) => known.includes(key))
    .map((key) => ({ key, label: labels[key] ?? key }));
}

/** The way that an export or import goes, if it says. */
export function wayOf(part: object | undefined, schema: Schema | undefined): string | undefined {
  return (schema?.oneOf ?? []).flatMap((o) => o.required).find((key) => part !== undefined && key in part);
}

/** A way as people read it. */
export function wayLabel(key: string): string {
  return labels[key] ?? key;
}
