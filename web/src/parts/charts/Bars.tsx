import { BarChart } from '@mantine/charts';

import { countText } from '../numbers';
import type { ChartProps } from './Chart';
import { Drawing, quiet, still, usual } from './Drawing';

export function Bars(props: ChartProps & { height: number }) {
  return (
    <Drawing {...props}>
      <BarChart
        {...usual(props)}
        series={props.series}
        type="stacked"
        valueFormatter={countText}
        maxBarWidth={28}
        withLegend={false}
        barChartProps={quiet}
        barProps={still}
        xAxisProps={{ minTickGap: 24 }}
        yAxisProps={{ width: 56, allowDecimals: false }}
      />
    </Drawing>
  );
}
