import { Anchor, Button, Group, Stack } from '@mantine/core';
import { IconPlus, IconPlugConnected } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { Link, useNavigate } from 'react-router';

import { query } from '../../api/client';
import type { Connection, FlowRevision, IntegrationView } from '../../api/schema';
import { connectionsOf } from '../../flow/connections';
import { Empty } from '../../parts/Empty';
import { Explain } from '../../parts/Explain';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { type Column, DataTable } from '../../parts/table/DataTable';
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
  const uses = useMemo(() => countUses(integration, flows.data?.items ?? []), [integration, flows.data]);
  const labels = useMemo(() => new Map((kinds.data?.items ?? []).map((k) => [k.id, k.label])), [kinds.data]);
  const error = connections.error ?? flows.error ?? kinds.error;
  if (error) return <Explain error={error} title="The connections cannot be shown" />;
  if (!connections.data || !flows.data || !kinds.data) return <PageSkeleton rows={3} />;

  const rows = connections.data.items.filter((c) => uses.has(c.name) || integration.connections?.includes(c.name));
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

interface RowsProps {
  integration: IntegrationView;
  rows: Connection[];
  uses: Map<string, number>;
  labels: Map<string, string>;
}

const pageOf = (c: Connection) => `/connections/${encodeURIComponent(c.name)}`;

function ConnectionRows({ integration, rows, uses, labels }: RowsProps) {
  const go = useNavigate();
  const columns = useMemo(
    (): Column<Connection>[] => [
      {
        key: 'name',
        title: 'Name',
        cell: (c) => (
          <Anchor component={Link} to={pageOf(c)} size="sm" fw={550} data-row-main style={{ overflowWrap: 'anywhere' }}>
            {c.name}
          </Anchor>
        ),
      },
      { key: 'application', title: 'Application', width: '22%', from: 'sm', cell: (c) => labels.get(c.kind) ?? c.kind },
      { key: 'status', title: 'Status', width: 140, cell: (c) => <Status connection={c} /> },
      { key: 'uses', title: 'Used by', width: 120, from: 'sm', cell: (c) => usedBy(uses.get(c.name) ?? 0) },
      { key: 'actions', title: 'Actions', width: 80, cell: (c) => <ConnectionMenu connection={c} integration={integration} /> },
    ],
    [integration, labels, uses],
  );
  return <DataTable label="Connections of the integration" columns={columns} rows={rows} idOf={(c) => c.id} onOpen={(c) => void go(pageOf(c))} rowHeight={49} />;
}

function usedBy(flows: number): string {
  if (flows === 0) return 'No flow';
  return flows === 1 ? '1 flow' : `${flows} flows`;
}
