import '@mantine/charts/styles.css';

import { BarChart } from '@mantine/charts';

import { countText } from '../numbers';
import type { ChartProps } from './Chart';

export function Bars({ label, data, series, height }: ChartProps & { height: number }) {
  return (
    <div role="img" aria-label={label} style={{ height }}>
      <BarChart
        h={height}
        data={data}
        dataKey="at"
        series={series}
        type="stacked"
        valueFormatter={countText}
        maxBarWidth={28}
        tickLine="none"
        gridAxis="x"
        withLegend={false}
        barChartProps={{ accessibilityLayer: false }}
        barProps={{ isAnimationActive: false }}
        xAxisProps={{ minTickGap: 24 }}
        yAxisProps={{ width: 56, allowDecimals: false }}
      />
    </div>
  );
}
