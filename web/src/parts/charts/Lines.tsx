import '@mantine/charts/styles.css';

import { CompositeChart } from '@mantine/charts';

import { rateText } from '../numbers';
import type { ChartProps } from './Chart';

export function Lines({ label, data, series, height }: ChartProps & { height: number }) {
  return (
    <div role="img" aria-label={label} style={{ height }}>
      <CompositeChart
        h={height}
        data={data}
        dataKey="at"
        series={series.map((s, n) => ({ ...s, type: n === 0 ? ('area' as const) : ('line' as const), strokeDasharray: s.name === 'limit' ? '4 4' : undefined }))}
        curveType="stepAfter"
        valueFormatter={rateText}
        withDots={false}
        tickLine="none"
        gridAxis="x"
        composedChartProps={{ accessibilityLayer: false }}
        areaProps={{ isAnimationActive: false }}
        lineProps={{ isAnimationActive: false }}
        xAxisProps={{ minTickGap: 32 }}
        yAxisProps={{ width: 36, allowDecimals: false }}
      />
    </div>
  );
}
