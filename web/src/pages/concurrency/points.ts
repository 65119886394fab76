import type { Concurrency, SlotPoint } from '../../api/schema';
import { pointText } from '../runs/span';

/** All spans of the time shown, those without a request as nothing in use under the limit known last. */
export function spread(points: SlotPoint[], of: Pick<Concurrency, 'since' | 'until' | 'seconds'>): Record<string, string | number>[] {
  const from = Date.parse(of.since);
  const until = Date.parse(of.until);
  const step = of.seconds * 1000;
  const at = new Map(points.map((p) => [Date.parse(p.at), p]));
  let limit = points[0]?.limit ?? 0;
  const all: Record<string, string | number>[] = [];
  for (let time = from; time <= until && step > 0; time += step) {
    const p = at.get(time);
    limit = p?.limit ?? limit;
    all.push({ at: pointText(new Date(time).toISOString(), of.seconds, (until - from) / 1000), peak: p?.peak ?? 0, mean: p?.mean ?? 0, waiting: p?.waiting_peak ?? 0, refused: p?.refused ?? 0, limit });
  }
  return all;
}
