import { useSyncExternalStore } from 'react';

// Ticks survive a reload in the browser. They are no secret, and no part of the set-up.
const prefix = 'sluice.guide.';
const changes = new EventTarget();

function read(key: string): string {
  try {
    return localStorage.getItem(prefix + key) ?? '';
  } catch {
    return '';
  }
}

function write(key: string, text: string): void {
  try {
    if (text) localStorage.setItem(prefix + key, text);
    else localStorage.removeItem(prefix + key);
  } catch {
    // Storage is off: ticks last as long as the page.
  }
  changes.dispatchEvent(new Event('change'));
}

function subscribe(listen: () => void) {
  changes.addEventListener('change', listen);
  window.addEventListener('storage', listen);
  return () => {
    changes.removeEventListener('change', listen);
    window.removeEventListener('storage', listen);
  };
}

/** Where ticks of a connection that is not saved yet are kept. */
export const unsavedName = 'new';

/** The steps that are ticked for a connection and authentication type, and how to tick one. */
export function useProgress(connection: string, type: string) {
  const key = `${connection}.${type}`;
  const text = useSyncExternalStore(subscribe, () => read(key));
  const done = new Set(text.split(' ').filter(Boolean));
  const tick = (step: string, on: boolean) => {
    const next = new Set(done);
    if (on) next.add(step);
    else next.delete(step);
    write(key, [...next].join(' '));
  };
  return { done, tick };
}

/** Ticks made before the connection had a name go with it. */
export function moveProgress(connection: string): void {
  const from = `${prefix}${unsavedName}.`;
  try {
    for (const key of Object.keys(localStorage).filter((k) => k.startsWith(from))) {
      const text = localStorage.getItem(key) ?? '';
      localStorage.removeItem(key);
      write(`${connection}.${key.slice(from.length)}`, text);
    }
  } catch {
    // Storage is off: there is nothing to move.
  }
}

/** A choice that is kept in the browser, such as whether the bundle is installed. */
export function useKept(key: string, fallback: string): [string, (value: string) => void] {
  const text = useSyncExternalStore(subscribe, () => read(key));
  return [text || fallback, (value) => write(key, value)];
}
