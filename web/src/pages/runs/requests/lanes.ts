import type { RunRequest } from '../../../api/schema';

/** A request with its times in milliseconds. */
export interface Timed {
  request: RunRequest;
  /** When it began to wait for its slot, was sent, and had its answer. */
  asked: number;
  sent: number;
  ended: number;
}

export function timed(request: RunRequest): Timed {
  const sent = Date.parse(request.at);
  return { request, asked: sent - request.waited_ms, sent, ended: sent + request.took_ms };
}

/** Puts requests into lanes, in each of which one follows the other: as many lanes as were under way at one time. */
export function lanesOf(items: Timed[]): Timed[][] {
  const lanes: Timed[][] = [];
  const free: number[] = [];
  for (const item of items.toSorted((a, b) => a.sent - b.sent)) {
    let at = free.findIndex((until) => until <= item.sent);
    if (at < 0) at = lanes.push([]) - 1;
    lanes[at]?.push(item);
    free[at] = item.ended;
  }
  return lanes;
}

/** How many requests waited for a slot, at so many moments spread over a span of time. */
export function waitingAt(items: Timed[], from: number, until: number, moments: number): number[] {
  const step = (until - from) / moments;
  return Array.from({ length: moments }, (_, n) => {
    const at = from + (n + 0.5) * step;
    return items.filter((i) => i.asked <= at && at < i.sent).length;
  });
}

/** Slow enough to be worth a look: the slowest tenth, where they took half as long again as most, and a tenth of a second at least. */
export function slowFrom(items: RunRequest[]): number {
  if (items.length === 0) return Infinity;
  const took = items.map((i) => i.took_ms).sort((a, b) => a - b);
  const at = (part: number) => took[Math.floor(took.length * part)] ?? 0;
  return Math.max(at(0.9), Math.round(at(0.5) * 1.5), 100);
}

/** Marks for an axis over so many milliseconds: at most about six, at round numbers. */
export function ticks(span: number): number[] {
  if (span <= 0) return [0];
  const rough = span / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((f) => f * power >= rough) ?? 10) * power;
  return Array.from({ length: Math.floor(span / step) + 1 }, (_, n) => n * step);
}
