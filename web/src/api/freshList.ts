/** A part of a long list, the newest first; next is the ID to go on before. */
export interface Part<T> {
  items: T[];
  next?: number;
}

/**
 * A part of a list as it was and the same part as it is now: what is as new as the last
 * of an answer is as the answer has it. Undefined where so much came that there is a gap
 * between the two.
 */
export function renewed<T extends { id: number }>(old: Part<T>, now: Part<T>): Part<T> | undefined {
  const last = now.items.at(-1);
  const first = old.items[0];
  if (now.next && last && first && last.id > first.id) return undefined;
  const covered = now.next && last ? last.id : 0;
  const end = old.next ?? 0;
  const items = now.items.filter((i) => i.id >= end).concat(old.items.filter((i) => i.id < covered));
  return { items, next: old.next ?? now.next };
}

/**
 * Which parts are asked for again: the newest, since there the list grows, and a few of
 * those in which something may still change, others in each turn.
 */
export function stale<T>(parts: Part<T>[], changes: (item: T) => boolean, turn: number, most = 4): number[] {
  const others = parts.flatMap((p, n) => (n > 0 && p.items.some(changes) ? [n] : []));
  const from = others.length > most ? (turn * most) % others.length : 0;
  return [0, ...others.concat(others).slice(from, from + Math.min(most, others.length))];
}
