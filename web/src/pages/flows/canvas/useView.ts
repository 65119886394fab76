import { useReducedMotion } from '@mantine/hooks';
import { useReactFlow, useStore, useStoreApi } from '@xyflow/react';
import { useCallback, useEffect, useRef } from 'react';

import type { Box } from './layout';
import { comfortable, margin, viewOf } from './view';

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
      void setViewport(viewOf(box, { width, height }, all), { duration: all && !still ? 200 : 0 });
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
      const zoom = read ? Math.max(old.zoom, comfortable) : old.zoom;
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
