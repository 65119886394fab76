import { Skeleton } from '@mantine/core';
import { lazy, Suspense } from 'react';

// Charts are heavy: they come when the first one is shown, into a space of their height.
const Bars = lazy(() => import('./Bars').then((m) => ({ default: m.Bars })));
const Lines = lazy(() => import('./Lines').then((m) => ({ default: m.Lines })));

/** One of a chart's rows of numbers. */
export interface Series {
  name: string;
  label: string;
  color: string;
}

export interface ChartProps {
  /** What it shows, for who does not see it; the table has the numbers. */
  label: string;
  /** Points with their label under `at`, and a number for each series. */
  data: Record<string, string | number>[];
  series: Series[];
  height?: number;
}

const usual = 220;

/** Numbers that add up, as bars on each other. */
export function BarChart(props: ChartProps) {
  return (
    <Suspense fallback={<Skeleton height={props.height ?? usual} radius="md" />}>
      <Bars height={usual} {...props} />
    </Suspense>
  );
}

/** Numbers over time: the first series as an area, the others as lines. */
export function LineChart(props: ChartProps) {
  return (
    <Suspense fallback={<Skeleton height={props.height ?? usual} radius="md" />}>
      <Lines height={usual} {...props} />
    </Suspense>
  );
}
