import { Anchor, Group, Skeleton, Stack, Text } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { type ReactNode, useMemo } from 'react';
import { Link, useNavigate } from 'react-router';

import { query } from '../../api/client';
import { useLastRuns } from '../../api/runs';
import type { FlowRevision, Run } from '../../api/schema';
import { connectionsOf } from '../../flow/connections';
import { Ago } from '../../parts/Ago';
import { Explain } from '../../parts/Explain';
import { RunState } from '../../parts/RunState';
import { type Column, DataTable } from '../../parts/table/DataTable';
import { FlowMenu } from './FlowMenu';
import { FlowSwitch } from './FlowSwitch';

/** Flows as a table: from where to where, how the last run went, whether it may run. */
export function FlowTable({ names, empty }: { names: string[]; empty: ReactNode }) {
  const flows = query.useQuery('get', '/api/v1/flows');
  const { last, ...runs } = useLastRuns();
  const go = useNavigate();
  const listed = flows.data?.items;
  const older = !!runs.data?.next;
  const shown = useMemo(() => {
    const wanted = new Set(names);
    return (listed ?? []).flatMap((r): Row[] => (wanted.has(r.flow.name) ? [{ revision: r, run: last.get(r.flow.name), older }] : []));
  }, [listed, names, last, older]);
  const error = flows.error ?? runs.error;
  if (error) return <Explain error={error} title="The flows cannot be shown" />;
  if (!flows.data || !runs.data) {
    return (
      <Stack gap="xs" role="status" aria-label="Loading">
        {names.map((n) => (
          <Skeleton key={n} height={64} />
        ))}
      </Stack>
    );
  }
  return shown.length === 0 ? empty : <DataTable label="Flows" columns={columns} rows={shown} idOf={(r) => r.revision.flow_id} onOpen={(r) => void go(pageOf(r))} rowHeight={66} />;
}

interface Row {
  revision: FlowRevision;
  run?: Run;
  /** Whether there are runs that were not looked at. */
  older: boolean;
}

const pageOf = ({ revision }: Row) => `/flows/${encodeURIComponent(revision.flow.name)}`;

const columns: Column<Row>[] = [
  {
    key: 'flow',
    title: 'Flow',
    cell: (r) => (
      <>
        <Anchor component={Link} to={pageOf(r)} size="sm" fw={550} data-row-main style={{ overflowWrap: 'anywhere' }}>
          {r.revision.flow.name}
        </Anchor>
        {r.revision.flow.description && (
          <Text size="sm" c="dimmed" lineClamp={1}>
            {r.revision.flow.description}
          </Text>
        )}
      </>
    ),
  },
  { key: 'connections', title: 'Connections', width: '30%', from: 'sm', cell: (r) => <FromTo revision={r.revision} /> },
  { key: 'run', title: 'Last run', width: 'var(--state-column)', cell: (r) => (r.run || !r.older ? <LastRun run={r.run} /> : <OlderRun flow={r.revision.flow.name} />) },
  { key: 'enabled', title: 'Enabled', width: 90, from: 'sm', cell: (r) => <FlowSwitch revision={r.revision} /> },
  { key: 'actions', title: 'Actions', width: 80, cell: (r) => <FlowMenu revision={r.revision} /> },
];

function FromTo({ revision }: { revision: FlowRevision }) {
  const [from, ...to] = connectionsOf(revision.flow);
  return (
    <Group gap={6} wrap="nowrap">
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {from}
      </Text>
      <IconArrowRight size={16} aria-label="to" style={{ flexShrink: 0 }} />
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {to.join(', ') || 'nowhere yet'}
      </Text>
    </Group>
  );
}

function LastRun({ run }: { run?: Run }) {
  if (!run)
    return (
      <Text size="sm" c="dimmed">
        Never
      </Text>
    );
  return (
    <Anchor component={Link} to={`/runs/${run.id}`} c="inherit" underline="hover">
      <RunState run={run} />
      <Ago at={run.finished_at ?? run.created_at} size="xs" c="dimmed" />
    </Anchor>
  );
}

/** The last run of a flow that is not among the newest runs of all. */
function OlderRun({ flow }: { flow: string }) {
  const runs = query.useQuery('get', '/api/v1/runs', { params: { query: { flow, limit: 1 } } });
  if (runs.error) return <Explain error={runs.error} />;
  return runs.data ? <LastRun run={runs.data.items[0]} /> : <Skeleton height={20} />;
}
