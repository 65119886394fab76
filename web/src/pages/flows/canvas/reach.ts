import { type Path, pathText, type Spot } from '../../../flow/document';
import type { Box, Part, PlusPart } from './layout';

export type Direction = 'left' | 'right' | 'up' | 'down';

/** Whether the arrow keys stop at a part; plus signs and buttons are reached by Tab from there. */
export function isStop(part: Part): boolean {
  return part.type === 'source' || part.type === 'step' || part.type === 'path';
}

/** The part that an arrow key goes to. */
export function nextStop(parts: Part[], from: string, direction: Direction): Part | undefined {
  const here = parts.find((p) => p.id === from);
  if (!here) return undefined;
  let best: Part | undefined;
  let least = Infinity;
  for (const part of parts) {
    if (part.id === from || !isStop(part)) continue;
    const cost = costOf(here.box, part.box, direction);
    if (cost < least) [best, least] = [part, cost];
  }
  return best;
}

// What lies in the direction counts once, what lies beside it more.
const aside = 3;

function costOf(from: Box, to: Box, direction: Direction): number {
  const dx = to.x + to.width / 2 - (from.x + from.width / 2);
  const dy = to.y + to.height / 2 - (from.y + from.height / 2);
  const [along, off] = { left: [-dx, dy], right: [dx, dy], up: [-dy, dx], down: [dy, dx] }[direction] as [number, number];
  return along < 1 ? Infinity : along + aside * Math.abs(off);
}

/** The first and the last stop, in reading order. */
export function endStop(parts: Part[], which: 'first' | 'last'): Part | undefined {
  const stops = parts.filter(isStop);
  return which === 'first' ? stops[0] : stops.at(-1);
}

const startsWith = (path: Path, start: Path) => start.every((part, n) => path[n] === part);

/** The plus signs where a step may go: all but those beside it and within it. */
export function targets(parts: Part[], step: Spot): PlusPart[] {
  const own = [...step.list, step.at];
  const list = pathText(step.list);
  return parts
    .filter((p) => p.type === 'plus')
    .filter(({ spot }) => !startsWith(spot.list, own) && !(pathText(spot.list) === list && (spot.at === step.at || spot.at === step.at + 1)));
}

/** The spot before or behind a step, in reading order: so it goes into paths and out of them. */
export function neighbour(parts: Part[], step: Spot, towards: 'left' | 'right'): Spot | undefined {
  const own = pathText([...step.list, step.at]);
  const at = parts.findIndex((p) => p.id === own);
  const free = targets(parts, step);
  const there = towards === 'left' ? free.findLast((p) => parts.indexOf(p) < at) : free.find((p) => parts.indexOf(p) > at);
  return there?.spot;
}

/** The target nearest to a point, within a distance. */
export function nearest(free: PlusPart[], at: { x: number; y: number }, within: number): PlusPart | undefined {
  let best: PlusPart | undefined;
  let least = within;
  for (const part of free) {
    const d = Math.hypot(part.box.x + part.box.height / 2 - at.x, part.box.y + part.box.height / 2 - at.y);
    if (d < least) [best, least] = [part, d];
  }
  return best;
}
