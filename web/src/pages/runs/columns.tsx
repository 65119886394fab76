import { Anchor, Text } from '@mantine/core';
import { Link } from 'react-router';

import type { Run } from '../../api/schema';
import { Ago } from '../../parts/Ago';
import { durationText } from '../../parts/duration';
import { countText } from '../../parts/numbers';
import { handled } from '../../parts/RunProgress';
import { RunState } from '../../parts/RunState';
import type { Column } from '../../parts/table/DataTable';

/** The columns of the table of runs. */
export const columns: Column<Run>[] = [
  {
    key: 'run',
    title: 'Run',
    width: 84,
    cell: (r) => (
      <Anchor component={Link} to={`/runs/${r.id}`} size="sm" fw={550} data-row-main aria-label={`Run ${r.id} of ${r.flow}`}>
        {r.id}
      </Anchor>
    ),
  },
  {
    key: 'flow',
    title: 'Flow',
    cell: (r) => (
      <>
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {r.flow}
        </Text>
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {r.kind === 'retry' ? `retry of errors, ${r.created_by}` : r.created_by}
        </Text>
      </>
    ),
  },
  {
    key: 'state',
    title: 'State',
    width: 'var(--state-column)',
    cell: (r) => (
      <>
        <RunState run={r} />
        {r.state === 'running' && (
          <Text size="xs" c="dimmed">
            {countText(handled(r))} of {countText(r.counts.read)}
          </Text>
        )}
      </>
    ),
  },
  { key: 'started', title: 'Started', width: 130, from: 'sm', cell: (r) => <Ago at={r.started_at ?? r.created_at} size="sm" /> },
  { key: 'took', title: 'Took', width: 100, from: 'md', cell: (r) => (r.started_at && r.finished_at ? durationText(Date.parse(r.finished_at) - Date.parse(r.started_at)) : '') },
  { key: 'read', title: 'Read', width: 96, align: 'right', from: 'sm', cell: (r) => countText(r.counts.read) },
  { key: 'written', title: 'Written', width: 96, align: 'right', from: 'md', cell: (r) => countText(r.counts.written) },
  {
    key: 'failed',
    title: 'Failed',
    width: 96,
    align: 'right',
    from: 'sm',
    cell: (r) => (
      <Text span inherit c={r.counts.failed > 0 ? 'var(--status-bad)' : undefined}>
        {countText(r.counts.failed)}
      </Text>
    ),
  },
];
