import { Anchor, Button, Group, Stack, Table, Text } from '@mantine/core';
import { IconPlus, IconPlugConnected } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';

import { query } from '../../api/client';
import type { Connection, FlowRevision, IntegrationView } from '../../api/schema';
import { connectionsOf } from '../../flow/connections';
import { Empty } from '../../parts/Empty';
import { Explain } from '../../parts/Explain';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { Wide } from '../../parts/Wide';
import { useMay } from '../../session';
import { ConnectionPane } from '../connections/ConnectionPane';
import { Status } from '../connections/Status';
import { ConnectionMenu } from './ConnectionMenu';
import { RegisterConnections } from './RegisterConnections';

/** The connections that are registered with the integration, and those its flows use. */
export function ConnectionsTab({ integration }: { integration: IntegrationView }) {
  const mayEdit = useMay('connections.edit');
  const connections = query.useQuery('get', '/api/v1/connections');
  const flows = query.useQuery('get', '/api/v1/flows');
  const kinds = query.useQuery('get', '/api/v1/kinds', {}, { staleTime: Infinity });
  const [pane, setPane] = useState<'create' | 'register'>();
  const error = connections.error ?? flows.error ?? kinds.error;
  if (error) return <Explain error={error} title="The connections cannot be shown" />;
  if (!connections.data || !flows.data || !kinds.data) return <PageSkeleton rows={3} />;

  const uses = countUses(integration, flows.data.items);
  const rows = connections.data.items.filter((c) => uses.has(c.name) || integration.connections?.includes(c.name));
  const labels = new Map(kinds.data.items.map((k) => [k.id, k.label]));
  const actions = mayEdit && (
    <Group gap="sm">
      <Button variant="default" leftSection={<IconPlugConnected size={16} aria-hidden />} onClick={() => setPane('register')}>
        Register connections
      </Button>
      <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setPane('create')}>
        Create connection
      </Button>
    </Group>
  );
  return (
    <Stack>
      {rows.length === 0 ? (
        <Empty title="No connections yet" action={actions}>
          Register connections that flows of this integration may use, or create one.
        </Empty>
      ) : (
        <>
          <Group justify="flex-end">{actions}</Group>
          <ConnectionRows integration={integration} rows={rows} uses={uses} labels={labels} />
        </>
      )}
      {pane === 'register' && <RegisterConnections integration={integration} connections={connections.data.items} onClose={() => setPane(undefined)} />}
      {pane === 'create' && <ConnectionPane integration={integration.name} onSaved={() => setPane(undefined)} onClose={() => setPane(undefined)} />}
    </Stack>
  );
}

/** How many flows of the integration use each connection. */
function countUses(integration: IntegrationView, revisions: FlowRevision[]): Map<string, number> {
  const uses = new Map<string, number>();
  for (const { flow } of revisions) {
    if (!integration.flows.includes(flow.name)) continue;
    for (const c of connectionsOf(flow)) uses.set(c, (uses.get(c) ?? 0) + 1);
  }
  return uses;
}

function ConnectionRows({ integration, rows, uses, labels }: { integration: IntegrationView; rows: Connection[]; uses: Map<string, number>; labels: Map<string, string> }) {
  return (
    <Wide label="Connections of the integration">
      <Table verticalSpacing="sm" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th visibleFrom="sm">Application</Table.Th>
            <Table.Th>Status</Table.Th>
            <Table.Th visibleFrom="sm">Used by</Table.Th>
            <Table.Th w={80}>Actions</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((c) => (
            <Table.Tr key={c.id}>
              <Table.Td>
                <Anchor component={Link} to={`/connections/${encodeURIComponent(c.name)}`} size="sm" fw={550}>
                  {c.name}
                </Anchor>
              </Table.Td>
              <Table.Td visibleFrom="sm">{labels.get(c.kind) ?? c.kind}</Table.Td>
              <Table.Td>
                <Status connection={c} />
              </Table.Td>
              <Table.Td visibleFrom="sm">
                <Text size="sm">{usedBy(uses.get(c.name) ?? 0)}</Text>
              </Table.Td>
              <Table.Td>
                <ConnectionMenu connection={c} integration={integration} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}

function usedBy(flows: number): string {
  if (flows === 0) return 'No flow';
  return flows === 1 ? '1 flow' : `${flows} flows`;
}
