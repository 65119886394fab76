import type { Flow } from '../../api/schema';

/** The names of the flows that use each connection, for reading or writing. */
export function usesOf(flows: Flow[]): Map<string, string[]> {
  const out = new Map<string, string[]>();
  for (const flow of flows) {
    const names = [flow.export.connection, ...(flow.steps ?? []).map((s) => s.import?.connection)].filter((n) => n !== undefined);
    for (const name of new Set(names)) out.set(name, [...(out.get(name) ?? []), flow.name]);
  }
  return out;
}
