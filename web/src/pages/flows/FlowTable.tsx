import { Anchor, Group, Skeleton, Stack, Table, Text } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

import { query } from '../../api/client';
import { useLastRuns } from '../../api/runs';
import type { FlowRevision, Run } from '../../api/schema';
import { connectionsOf } from '../../flow/connections';
import { Ago } from '../../parts/Ago';
import { Explain } from '../../parts/Explain';
import { RunState } from '../../parts/RunState';
import { Wide } from '../../parts/Wide';
import { FlowMenu } from './FlowMenu';
import { FlowSwitch } from './FlowSwitch';

/** Flows as a table: from where to where, how the last run went, whether it may run. */
export function FlowTable({ names, empty }: { names: string[]; empty: ReactNode }) {
  const flows = query.useQuery('get', '/api/v1/flows');
  const { last, ...runs } = useLastRuns();
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
  const rows = flows.data.items.filter((r) => names.includes(r.flow.name));
  if (rows.length === 0) return empty;
  return (
    <Wide label="Flows">
      <Table verticalSpacing="sm" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Flow</Table.Th>
            <Table.Th visibleFrom="sm">Connections</Table.Th>
            <Table.Th>Last run</Table.Th>
            <Table.Th visibleFrom="sm">Enabled</Table.Th>
            <Table.Th w={80}>Actions</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((r) => (
            <Row key={r.flow_id} revision={r} run={last.get(r.flow.name)} />
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}

function Row({ revision, run }: { revision: FlowRevision; run?: Run }) {
  const { flow } = revision;
  const [from, ...to] = connectionsOf(flow);
  return (
    <Table.Tr>
      <Table.Td maw={420}>
        <Anchor component={Link} to={`/flows/${encodeURIComponent(flow.name)}`} size="sm" fw={550}>
          {flow.name}
        </Anchor>
        {flow.description && (
          <Text size="sm" c="dimmed" lineClamp={1}>
            {flow.description}
          </Text>
        )}
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Group gap={6} wrap="nowrap">
          <Text size="sm">{from}</Text>
          <IconArrowRight size={16} aria-label="to" style={{ flexShrink: 0 }} />
          <Text size="sm">{to.join(', ') || 'nowhere yet'}</Text>
        </Group>
      </Table.Td>
      <Table.Td>
        {run ? (
          <Anchor component={Link} to={`/runs/${run.id}`} c="inherit" underline="hover">
            <RunState run={run} />
            <Ago at={run.finished_at ?? run.created_at} size="xs" c="dimmed" />
          </Anchor>
        ) : (
          <Text size="sm" c="dimmed">
            Never
          </Text>
        )}
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <FlowSwitch revision={revision} />
      </Table.Td>
      <Table.Td>
        <FlowMenu revision={revision} />
      </Table.Td>
    </Table.Tr>
  );
}
