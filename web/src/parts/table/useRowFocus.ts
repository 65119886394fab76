import { type RefObject, useEffect, useRef } from 'react';

interface Options<T> {
  body: RefObject<HTMLElement | null>;
  rows: T[];
  /** Scrolls so that the row is drawn. */
  reveal: (index: number) => unknown;
  /** Says which row has the focus. */
  keep: (index: number | undefined) => void;
  /** Acts on the row of the focus, where there is one. */
  keys?: Record<string, (row: T | undefined) => void>;
  onToggle?: (index: number, range: boolean) => void;
  /** A click somewhere in a row. */
  onOpen?: (row: T) => void;
}

/** What of a row has a click of its own. */
const own = 'a, button, input, label, summary';

/** Whether a key is meant for a field, a menu or a dialog, not for the page. */
export function isTyping(e: KeyboardEvent): boolean {
  if (e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented) return true;
  const { target } = e;
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('[role=dialog], [role=menu], [role=listbox], .cm-editor')) return true;
  return target.isContentEditable || (target.matches('input:not([type=checkbox]):not([type=radio]), textarea, select') ?? false);
}

/**
 * Moves from row to row: j and k, x selects, other keys as given. The row is where the
 * focus is; when it goes, the one that takes its place is next.
 */
export function useRowFocus<T>(options: Options<T>) {
  const now = useRef(options);
  const at = useRef<number | undefined>(undefined);
  useEffect(() => {
    now.current = options;
  });
  useEffect(() => {
    const move = (by: number) => {
      const { rows } = now.current;
      const next = Math.min(Math.max((at.current ?? -1) + by, 0), rows.length - 1);
      if (next < 0) return;
      at.current = next;
      now.current.keep(next);
      now.current.reveal(next);
      focusRow(now.current.body, next);
    };
    const press = (e: KeyboardEvent) => {
      if (isTyping(e)) return;
      const { rows, keys, onToggle } = now.current;
      const index = at.current;
      const row = index === undefined ? undefined : rows[index];
      if (e.key === 'j') move(1);
      else if (e.key === 'k') move(-1);
      else if (row !== undefined && index !== undefined && onToggle && e.key.toLowerCase() === 'x') onToggle(index, e.shiftKey);
      else if (keys?.[e.key]) keys[e.key]?.(row);
      else return;
      e.preventDefault();
    };
    // Where the focus goes by other ways is where the keys go on.
    const follow = (e: FocusEvent) => {
      const row = rowAt(e.target, now.current.body);
      if (!row) return;
      at.current = Number(row.dataset.index);
      now.current.keep(at.current);
    };
    const click = (e: MouseEvent) => {
      const row = rowAt(e.target, now.current.body);
      const chosen = row && now.current.rows[Number(row.dataset.index)];
      if (!chosen || !(e.target instanceof Element)) return;
      const away = !e.target.closest(own) && !window.getSelection()?.toString();
      if (away || e.target.closest('button[data-row-main]')) now.current.onOpen?.(chosen);
    };
    document.addEventListener('click', click);
    document.addEventListener('keydown', press);
    document.addEventListener('focusin', follow);
    return () => {
      document.removeEventListener('click', click);
      document.removeEventListener('keydown', press);
      document.removeEventListener('focusin', follow);
    };
  }, []);
}

/** The row of the table that something is in. */
function rowAt(target: EventTarget | null, body: RefObject<HTMLElement | null>): HTMLElement | null {
  const row = target instanceof Element ? target.closest<HTMLElement>('tr[data-index]') : null;
  return row && body.current?.contains(row) ? row : null;
}

/** Gives a row the focus, once it is drawn. */
function focusRow(body: RefObject<HTMLElement | null>, index: number, tries = 20) {
  const row = body.current?.querySelector<HTMLElement>(`tr[data-index="${index}"]`);
  if (row) {
    const main = row.querySelector<HTMLElement>('[data-row-main]') ?? row.querySelector<HTMLElement>('a, button, input') ?? row;
    // A row in which nothing takes the focus takes it itself, from keys alone.
    if (main === row) row.tabIndex = -1;
    main.focus({ preventScroll: true });
    row.scrollIntoView({ block: 'nearest' });
  } else if (tries > 0) requestAnimationFrame(() => focusRow(body, index, tries - 1));
}
