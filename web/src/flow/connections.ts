import type { Flow } from '../api/schema';

/** The connections that a flow reads and writes through, the export's first. */
export function connectionsOf(flow: Flow): string[] {
  const names = [flow.export.connection, ...(flow.steps ?? []).map((s) => s.import?.connection)];
  return [...new Set(names.filter((n): n is string => !!n))];
}
