import type { Flow } from '../api/schema';
import { exportsOf, placesOf } from './steps';

/** The connections that a flow reads and writes through, the export's first. */
export function connectionsOf(flow: Flow): string[] {
  const names = [...exportsOf(flow).map((e) => e.value?.connection), ...placesOf(flow.steps ?? []).map((p) => p.step?.import?.connection)];
  return [...new Set(names.filter((n): n is string => !!n))];
}
