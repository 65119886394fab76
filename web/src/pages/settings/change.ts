import type { Excess, Setting } from '../../api/schema';
import { countText } from '../../parts/numbers';

/** What was entered of the settings, by name; empty text while a number is being entered. */
export type Entered = Record<string, number | ''>;

/** A change, and the revision that it was begun from: who saves from an older one is refused. */
export interface Change {
  revision: number;
  entered: Entered;
}

/** What a change makes of a setting. */
export function valueOf(s: Setting, entered: Entered): number | '' {
  return entered[s.name] ?? s.value;
}

/** The values that differ from what counts; undefined while one is no number. */
export function valuesOf(items: Setting[], entered: Entered): Record<string, number> | undefined {
  const values: Record<string, number> = {};
  for (const s of items) {
    const value = valueOf(s, entered);
    if (value === '') return undefined;
    if (value !== s.value) values[s.name] = value;
  }
  return values;
}

/** Whether the server takes a value, by the bounds that it tells. */
export function inBounds(s: Setting, value: number | ''): boolean {
  return value !== '' && ((value === 0 && Boolean(s.forever)) || (value >= s.least && value <= s.most));
}

/** The values as they are tried: runs.days=90,audit.days=365; undefined while one would be refused. */
export function tried(items: Setting[], entered: Entered): string | undefined {
  if (!items.every((s) => s.fixed_by || inBounds(s, valueOf(s, entered)))) return undefined;
  return Object.entries(valuesOf(items, entered) ?? {})
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}

/** How long, or how much, in words. */
export function keptText(value: number, unit: string): string {
  if (value === 0) return 'for ever';
  if (unit === 'megabytes') return `${countText(value)} MB`;
  return value === 1 ? '1 day' : `${countText(value)} days`;
}

/** What is outdated, in words; empty where nothing is. */
export function outdatedText(list: Excess[]): string {
  return list
    .filter((e) => e.remove > 0)
    .map((e) => `${countText(e.remove)} ${e.noun}`)
    .join(', ');
}
