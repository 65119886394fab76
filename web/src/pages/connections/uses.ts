import type { Flow } from '../../api/schema';
import { connectionsOf } from '../../flow/connections';

/** The names of the flows that use each connection, for reading or writing. */
export function usesOf(flows: Flow[]): Map<string, string[]> {
  const out = new Map<string, string[]>();
  for (const flow of flows) {
    for (const name of connectionsOf(flow)) out.set(name, [...(out.get(name) ?? []), flow.name]);
  }
  return out;
}
