import { useReducedMotion } from '@mantine/hooks';
import { IconChevronDown, IconChevronLeft, IconChevronRight, IconChevronUp } from '@tabler/icons-react';
import { useReactFlow, useStore } from '@xyflow/react';

import classes from './canvas.module.css';
import type { Part } from './layout';
import { beyond, onwards } from './view';

const sides = [
  { side: 'left', icon: IconChevronLeft, where: 'to the left' },
  { side: 'right', icon: IconChevronRight, where: 'to the right' },
  { side: 'above', icon: IconChevronUp, where: 'above' },
  { side: 'below', icon: IconChevronDown, where: 'below' },
] as const;

/** Says at the edges of the canvas that the flow goes on there, and how far. */
export function More({ parts }: { parts: Part[] }) {
  const { getNodes, getNodesBounds, setViewport } = useReactFlow();
  const [x, y, zoom] = useStore((s) => s.transform);
  const width = useStore((s) => s.width);
  const height = useStore((s) => s.height);
  const still = useReducedMotion();
  if (!width || !height) return null;
  const view = { x, y, zoom };
  const hidden = beyond(parts, view, { width, height });
  const go = (side: keyof typeof hidden) => void setViewport(onwards(getNodesBounds(getNodes()), view, { width, height }, side), { duration: still ? 0 : 300 });
  return sides
    .filter(({ side }) => hidden[side] > 0)
    .map(({ side, icon: SideIcon, where }) => (
      <div key={side} className={classes.beyond} data-side={side}>
        <button type="button" className={classes.further} aria-label={`${hidden[side]} more ${where}`} onClick={() => go(side)}>
          <span>{hidden[side]} more</span>
          <SideIcon size={15} aria-hidden />
        </button>
      </div>
    ));
}
