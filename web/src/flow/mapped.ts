import type { Draft, DraftStep, Path } from './document';

/** Where a mapping's records go: what the next import behind it writes. */
export interface Target {
  connection: string;
  /** NetSuite's record type. */
  record?: string;
  /** A database's table. */
  table?: string;
  operation?: string;
}

/** The list of steps at a path of the flow. */
function stepsAt(flow: Draft, list: Path): DraftStep[] {
  let at: unknown = flow;
  for (const key of list) at = typeof at === 'object' && at !== null ? (at as Record<string | number, unknown>)[key] : undefined;
  return Array.isArray(at) ? (at as DraftStep[]) : [];
}

function targetIn(steps: DraftStep[]): Target | undefined {
  for (const step of steps) {
    if (step.import?.connection) {
      return { connection: step.import.connection, record: step.import.netsuite?.record, table: step.import.sql?.table, operation: step.import.operation };
    }
    for (const path of step.branch?.paths ?? []) {
      const within = targetIn(path.steps ?? []);
      if (within) return within;
    }
  }
  return undefined;
}

/** What the records of a step are written to: the first import behind it, in its list or in those around it. */
export function targetOf(flow: Draft, step: Path): Target | undefined {
  for (let end = step.length; end > 0; end--) {
    const place = step[end - 1];
    if (typeof place !== 'number' || step[end - 2] !== 'steps') continue;
    const found = targetIn(stepsAt(flow, step.slice(0, end - 1)).slice(place + 1));
    if (found) return found;
  }
  return undefined;
}

/** The flow as far as a step: its exports and the steps that a record passes on the way. */
export function flowUpTo(flow: Draft, step: Path): Draft {
  const steps: DraftStep[] = [];
  step.forEach((place, n) => {
    if (typeof place === 'number' && step[n - 1] === 'steps') steps.push(...stepsAt(flow, step.slice(0, n)).slice(0, place));
  });
  return { name: flow.name || 'preview', export: flow.export, exports: flow.exports, steps: steps.filter((s) => !s.import) };
}

/** The paths that a mapping's text assigns to; the empty path where it makes the whole record at once. */
export function assigned(text: string): string[] {
  const paths: string[] = [];
  for (const m of text.matchAll(/^[ \t]*root((?:\.(?:\w+|"[^"]*"))*)\s*=(?!=)/gm)) {
    paths.push([...(m[1] ?? '').matchAll(/\.(?:"([^"]*)"|(\w+))/g)].map((p) => p[1] ?? p[2] ?? '').join('.'));
  }
  return paths;
}

/** The paths that the rows of a table set, those of lists within too. */
export function assignedByRows(rows: unknown): string[] {
  if (!Array.isArray(rows)) return [];
  return (rows as { to?: string; fields?: unknown }[]).flatMap((r) => (r.to ? [r.to, ...assignedByRows(r.fields).map((within) => `${r.to}.${within}`)] : []));
}

/** The paths of all values in a record; those of lists as those of their elements, without their places. */
export function pathsIn(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return [...new Set([path, ...value.flatMap((v) => pathsIn(v, path))])];
  if (typeof value === 'object' && value !== null) return [...(path ? [path] : []), ...Object.entries(value).flatMap(([name, v]) => pathsIn(v, path ? `${path}.${name}` : name))];
  return path && value !== null ? [path] : [];
}

/** Sublists are written as item.items or item; both mean the lines. */
export function plainPath(path: string): string {
  return path.toLowerCase().replace(/\.items(?=\.|$)/g, '');
}
