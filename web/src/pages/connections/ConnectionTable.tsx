import { Anchor, Badge, Group, Paper, Table, Text } from '@mantine/core';
import { Link } from 'react-router';

import type { Connection, Kind } from '../../api/schema';
import { Ago } from '../../parts/Ago';
import { Wide } from '../../parts/Wide';
import { Actions } from './Actions';
import { readAccount } from './account';
import { KindIcon } from './Applications';
import { Status } from './Status';
import { useVersions } from './WSDLNote';

interface Props {
  items: Connection[];
  kinds: Kind[];
  /** Flows by the connection that they use. */
  uses: Map<string, string[]>;
  onEdit: (name: string) => void;
}

/** Connections with their status, and what can be done with each in the column Actions. */
export function ConnectionTable({ items, kinds, uses, onEdit }: Props) {
  return (
    <Paper withBorder><Wide label="Connections">
      <Table verticalSpacing="sm" highlightOnHover miw={900} aria-label="Connections">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th>Application</Table.Th>
            <Table.Th>Status</Table.Th>
            <Table.Th>Account</Table.Th>
            <Table.Th>Authentication type</Table.Th>
            <Table.Th>Used by</Table.Th>
            <Table.Th>Last checked</Table.Th>
            <Table.Th w={90}>Actions</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((c) => (
            <Row key={c.id} connection={c} kind={kinds.find((k) => k.id === c.kind)} flows={uses.get(c.name) ?? []} onEdit={onEdit} />
          ))}
        </Table.Tbody>
      </Table>
    </Wide></Paper>
  );
}

function Row({ connection, kind, flows, onEdit }: { connection: Connection; kind?: Kind; flows: string[]; onEdit: Props['onEdit'] }) {
  const address = `/connections/${encodeURIComponent(connection.name)}`;
  const type = kind?.fields?.find((f) => f.name === 'type');
  const chosen = type?.options?.find((o) => o.value === (connection.settings.type || type.default));
  const versions = useVersions().data?.items ?? [];
  const outdated = versions.find((v) => connection.kind === 'netsuite' && v.version === connection.settings.wsdl_version && !v.supported);
  const account = readAccount(connection.settings.account ?? connection.identity?.account ?? '');
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor component={Link} to={address} fw={600} size="sm">
          {connection.name}
        </Anchor>
      </Table.Td>
      <Table.Td>
        <Group gap={6} wrap="nowrap">
          <KindIcon kind={connection.kind} size={18} />
          {kind?.label ?? connection.kind}
        </Group>
      </Table.Td>
      <Table.Td>
        <Status connection={connection} />
        {connection.status === 'offline' && connection.detail && (
          <Text size="xs" c="dimmed" lineClamp={2} maw={260} title={connection.detail}>
            {connection.detail}
          </Text>
        )}
        {outdated && (
          <Text size="xs" c="var(--status-warn)" title={outdated.note}>
            WSDL version {outdated.version} is without support
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        {account ? (
          <Group gap={6} wrap="nowrap">
            {account.realm}
            {account.environment !== 'production' && (
              <Badge size="sm" variant="default" style={{ flexShrink: 0 }}>
                {account.environment === 'sandbox' ? 'Sandbox' : 'Release preview'}
              </Badge>
            )}
          </Group>
        ) : (
          '–'
        )}
      </Table.Td>
      <Table.Td>{chosen?.label ?? '–'}</Table.Td>
      <Table.Td>
        {flows.length > 0 ? (
          <Anchor component={Link} to={`${address}?tab=used-by`} size="sm">
            {flows.length === 1 ? '1 flow' : `${flows.length} flows`}
          </Anchor>
        ) : (
          '–'
        )}
      </Table.Td>
      <Table.Td>
        <Ago at={connection.checked_at} size="sm" />
      </Table.Td>
      <Table.Td>
        <Actions connection={connection} onEdit={onEdit} />
      </Table.Td>
    </Table.Tr>
  );
}
