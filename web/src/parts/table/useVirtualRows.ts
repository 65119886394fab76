import { defaultRangeExtractor, type Range, useWindowVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';

/** So many rows are drawn in any case: the browser's own search finds them. */
const few = 60;

/** What stays at the top of the screen: the page's header and the table's. */
const covered = 104;

/** A row that is drawn, with the room that those before it take which are not. */
interface Item {
  index: number;
  gap?: number;
}

/** Which rows of a table are drawn, and how much room the others take. */
export function useVirtualRows(body: RefObject<HTMLElement | null>, count: number, rowHeight: number, idOf: (index: number) => number | string) {
  const [top, setTop] = useState(0);
  // The row that has the focus stays, wherever the page is scrolled to.
  const kept = useRef<number | undefined>(undefined);
  useEffect(() => {
    // What stands above the table changes its height too.
    const observer = new ResizeObserver(() => {
      if (body.current) setTop(Math.round(body.current.getBoundingClientRect().top + window.scrollY));
    });
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [body]);
  const rangeExtractor = useCallback((range: Range) => {
    const shown = defaultRangeExtractor(range);
    const focused = kept.current;
    if (focused === undefined || focused >= range.count || shown.includes(focused)) return shown;
    return [...shown, focused].toSorted((a, b) => a - b);
  }, []);
  const virtual = useWindowVirtualizer({ count, estimateSize: () => rowHeight, overscan: 6, scrollMargin: top, scrollPaddingStart: covered, scrollPaddingEnd: 24, getItemKey: idOf, rangeExtractor, enabled: count > few });
  const reveal = useCallback((index: number) => count > few && virtual.scrollToIndex(index, { align: 'auto' }), [virtual, count]);
  const keep = useCallback((index: number | undefined) => void (kept.current = index), []);
  const all = { reveal, keep, measure: virtual.measureElement };
  if (count <= few) return { ...all, items: Array.from({ length: count }, (_, index): Item => ({ index })), after: 0 };
  const drawn = virtual.getVirtualItems();
  const items = drawn.map((v, n): Item => ({ index: v.index, gap: v.start - (drawn[n - 1]?.end ?? top) }));
  return { ...all, items, after: virtual.getTotalSize() - ((drawn.at(-1)?.end ?? top) - top) };
}
