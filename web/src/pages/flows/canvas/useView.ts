import { useReducedMotion } from '@mantine/hooks';
import { useReactFlow, useStore, useStoreApi } from '@xyflow/react';
import { useCallback, useEffect, useRef } from 'react';

import type { Box } from './layout';

/** How much of the canvas stays free beside what is shown, in pixels of the screen. */
const margin = 40;
/** What is smaller cannot be read. */
export const least = 0.25;
/** Below this a whole flow is not shown at once: it begins at the left. */
const readable = 0.78;

/** Shows all parts if they can still be read, else the beginning. */
export function useFit() {
  const { getNodes, getNodesBounds, setViewport } = useReactFlow();
  const store = useStoreApi();
  const still = useReducedMotion();
  return useCallback(
    (all = true) => {
      const { width, height } = store.getState();
      const box = getNodesBounds(getNodes());
      if (!width || !height || !box.width) return;
      const whole = Math.min((width - 2 * margin) / box.width, (height - 2 * margin) / box.height, 1);
      const zoom = Math.max(whole, all ? least : readable);
      // What does not fit begins at the left edge, its line in the middle.
      const x = box.width * zoom <= width ? (width - box.width * zoom) / 2 - box.x * zoom : margin - box.x * zoom;
      const y = box.height * zoom <= height ? (height - box.height * zoom) / 2 - box.y * zoom : height / 2;
      void setViewport({ x, y, zoom }, { duration: all && !still ? 200 : 0 });
    },
    [getNodes, getNodesBounds, setViewport, store, still],
  );
}

/** Keeps what is in the middle there when the canvas becomes lower or higher. */
export function useSteadyMiddle() {
  const { getViewport, setViewport } = useReactFlow();
  const height = useStore((s) => s.height);
  const last = useRef(height);
  useEffect(() => {
    const by = last.current && height ? (height - last.current) / 2 : 0;
    last.current = height;
    if (!by) return;
    const { x, y, zoom } = getViewport();
    void setViewport({ x, y: y + by, zoom });
  }, [height, getViewport, setViewport]);
}

/** Brings a part into view, no farther than needed; nearer, where it has to be read beside its pane. */
export function useReveal() {
  const { getViewport, setViewport } = useReactFlow();
  const store = useStoreApi();
  const still = useReducedMotion();
  return useCallback(
    (box: Box, read = false) => {
      const { width, height } = store.getState();
      const old = getViewport();
      const zoom = read ? Math.max(old.zoom, readable) : old.zoom;
      // The middle of the part stays where it is when it comes nearer.
      const nearer = (start: number, length: number, offset: number) => (start + length / 2) * old.zoom + offset - (start + length / 2) * zoom;
      const x = nearer(box.x, box.width, old.x);
      const y = nearer(box.y, box.height, old.y);
      const dx = shift(box.x * zoom + x, box.width * zoom, width);
      const dy = shift(box.y * zoom + y, box.height * zoom, height);
      if (dx || dy || zoom !== old.zoom) void setViewport({ x: x + dx, y: y + dy, zoom }, { duration: still ? 0 : 200 });
    },
    [getViewport, setViewport, store, still],
  );
}

function shift(start: number, length: number, room: number): number {
  if (start < margin) return margin - start;
  const over = start + length - (room - margin);
  return over > 0 ? -Math.min(over, start - margin) : 0;
}
