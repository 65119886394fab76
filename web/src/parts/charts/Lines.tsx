import { CompositeChart } from '@mantine/charts';

import { rateText } from '../numbers';
import type { ChartProps } from './Chart';
import { Drawing, quiet, still, usual } from './Drawing';

export function Lines(props: ChartProps & { height: number }) {
  return (
    <Drawing {...props}>
      <CompositeChart
        {...usual(props)}
        series={props.series.map((s, n) => ({ ...s, type: n === 0 ? ('area' as const) : ('line' as const), strokeDasharray: s.name === 'limit' ? '4 4' : undefined }))}
        curveType="stepAfter"
        valueFormatter={rateText}
        withDots={false}
        composedChartProps={quiet}
        areaProps={still}
        lineProps={still}
        xAxisProps={{ minTickGap: 32 }}
        yAxisProps={{ width: 36, allowDecimals: false }}
      />
    </Drawing>
  );
}
