import type { DebugEntry } from '../../api/schema';

/** Minutes and seconds until a moment, as in 14:05; undefined when it has passed. */
export function timeLeft(until: string | undefined, now: Date): string | undefined {
  const left = until ? Math.ceil((new Date(until).getTime() - now.getTime()) / 1000) : 0;
  if (left <= 0) return undefined;
  return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
}

/** Entries as JSON lines, oldest first. */
export function asLines(entries: DebugEntry[]): string {
  return [...entries].reverse().map((e) => `${JSON.stringify(e)}\n`).join('');
}
