import type { Edge, EdgeProps } from '@xyflow/react';

import classes from './canvas.module.css';
import { drawn, type Line } from './layout';

export type LineEdge = Edge<{ line: Line; moving: boolean }, 'line'>;

/** The way of the records, drawn where the layout has it. */
export function RecordLine({ data }: EdgeProps<LineEdge>) {
  if (!data) return null;
  return <path className={classes.line} d={drawn(data.line.points)} data-quiet={data.line.quiet || undefined} data-moving={data.moving || undefined} />;
}
