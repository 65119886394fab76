import type { Box, Part } from './layout';
import { isStop } from './reach';

/** The screen's part of a drawing, as the canvas keeps it: pixels of the screen. */
export interface Screen {
  width: number;
  height: number;
}

export interface Viewport {
  x: number;
  y: number;
  zoom: number;
}

/** How much of the canvas stays free beside what is shown, in pixels of the screen. */
export const margin = 24;
/** What is smaller says nothing any more. */
export const least = 0.25;
/** Down to this a whole flow is shown at once. */
const legible = 0.6;
/** How large a flow is shown that does not fit, and a part beside its pane. */
export const comfortable = 0.78;

/** Where a drawing is seen from: all of it if that can be read or is asked for, else its beginning. */
export function viewOf(box: Box, { width, height }: Screen, all: boolean): Viewport {
  const whole = Math.min((width - 2 * margin) / box.width, (height - 2 * margin) / box.height, 1);
  const zoom = all ? Math.max(whole, least) : whole >= legible ? whole : comfortable;
  // What does not fit begins at the left edge, its line in the middle.
  const x = box.width * zoom <= width ? (width - box.width * zoom) / 2 - box.x * zoom : margin - box.x * zoom;
  const y = box.height * zoom <= height ? (height - box.height * zoom) / 2 - box.y * zoom : height / 2;
  return { x, y, zoom };
}

/** How many steps are mostly out of sight, by side; one that is beyond two sides counts at the left or right. */
export interface Beyond {
  left: number;
  right: number;
  above: number;
  below: number;
}

export function beyond(parts: Part[], { x, y, zoom }: Viewport, { width, height }: Screen): Beyond {
  const out: Beyond = { left: 0, right: 0, above: 0, below: 0 };
  for (const { box } of parts.filter(isStop)) {
    const h = (box.x + box.width / 2) * zoom + x;
    const v = (box.y + box.height / 2) * zoom + y;
    if (h > width) out.right++;
    else if (h < 0) out.left++;
    else if (v > height) out.below++;
    else if (v < 0) out.above++;
  }
  return out;
}

/** A screenful farther to one side, and no farther than the drawing goes. */
export function onwards(box: Box, { x, y, zoom }: Viewport, { width, height }: Screen, to: keyof Beyond): Viewport {
  const ends = {
    left: margin - box.x * zoom - x,
    right: width - margin - (box.x + box.width) * zoom - x,
    above: margin - box.y * zoom - y,
    below: height - margin - (box.y + box.height) * zoom - y,
  };
  const far = to === 'left' || to === 'right' ? width * 0.8 : height * 0.8;
  const by = to === 'left' || to === 'above' ? Math.min(far, Math.max(ends[to], 0)) : Math.max(-far, Math.min(ends[to], 0));
  return to === 'left' || to === 'right' ? { x: x + by, y, zoom } : { x, y: y + by, zoom };
}
