import type { Entry } from './Search';

const key = 'sluice.recent';
const most = 8;

/** What was opened from the search last, newest first. It stays in the browser's tab. */
export function recent(): Entry[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(key) ?? '[]');
    return Array.isArray(kept) ? (kept as Entry[]) : [];
  } catch {
    return [];
  }
}

export function keepRecent(entry: Entry) {
  try {
    sessionStorage.setItem(key, JSON.stringify([entry, ...recent().filter((e) => e.to !== entry.to)].slice(0, most)));
  } catch {
    // Storage is off or full: nothing is remembered.
  }
}
