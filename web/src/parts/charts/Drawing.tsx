import '@mantine/charts/styles.css';

import type { ReactNode } from 'react';

import type { ChartProps } from './Chart';

/** A chart is a picture to who does not see it: its parts take no focus. */
export const quiet = { accessibilityLayer: false };

/** Numbers that come again every few seconds are not to move each time. */
export const still = { isAnimationActive: false };

/** What charts of all kinds have. */
export function usual({ data, height }: { data: ChartProps['data']; height: number }) {
  return { h: height, data, dataKey: 'at', tickLine: 'none', gridAxis: 'x' } as const;
}

/** Holds a chart, and says what it shows. */
export function Drawing({ label, height, children }: { label: string; height: number; children: ReactNode }) {
  return (
    <div role="img" aria-label={label} style={{ height }}>
      {children}
    </div>
  );
}
