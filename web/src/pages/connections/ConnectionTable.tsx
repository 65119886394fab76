import { Anchor, Badge, Group, Text } from '@mantine/core';
import { useMemo } from 'react';
import { Link, useNavigate } from 'react-router';

import type { Connection, Kind } from '../../api/schema';
import { Ago } from '../../parts/Ago';
import { type Column, DataTable } from '../../parts/table/DataTable';
import { useLatest } from '../../parts/useLatest';
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

const pageOf = (c: Connection) => `/connections/${encodeURIComponent(c.name)}`;

/** Connections with their status, and what can be done with each in the column Actions. */
export function ConnectionTable({ items, kinds, uses, onEdit }: Props) {
  const go = useNavigate();
  const edit = useLatest(onEdit);
  const columns = useMemo((): Column<Connection>[] => {
    const kindOf = new Map(kinds.map((k) => [k.id, k]));
    return [
      {
        key: 'name',
        title: 'Name',
        cell: (c) => (
          <Anchor component={Link} to={pageOf(c)} fw={600} size="sm" data-row-main style={{ overflowWrap: 'anywhere' }}>
            {c.name}
          </Anchor>
        ),
      },
      {
        key: 'application',
        title: 'Application',
        width: 130,
        from: 'md',
        cell: (c) => (
          <Group gap={6} wrap="nowrap">
            <KindIcon kind={c.kind} size={18} />
            {kindOf.get(c.kind)?.label ?? c.kind}
          </Group>
        ),
      },
      { key: 'status', title: 'Status', width: 140, cell: (c) => <Standing connection={c} /> },
      { key: 'account', title: 'Account', width: 192, from: 'md', cell: (c) => <Account connection={c} /> },
      { key: 'type', title: 'Authentication type', width: 164, from: 'lg', cell: (c) => typeOf(c, kindOf.get(c.kind)) ?? '–' },
      { key: 'uses', title: 'Used by', width: 90, from: 'sm', cell: (c) => <UsedBy connection={c} flows={uses.get(c.name)?.length ?? 0} /> },
      { key: 'checked', title: 'Last checked', width: 126, from: 'sm', cell: (c) => <Ago at={c.checked_at} size="sm" /> },
      { key: 'actions', title: 'Actions', width: 80, cell: (c) => <Actions connection={c} onEdit={(name) => edit.current(name)} /> },
    ];
  }, [kinds, uses, edit]);
  return <DataTable label="Connections" columns={columns} rows={items} idOf={(c) => c.id} onOpen={(c) => void go(pageOf(c))} rowHeight={49} />;
}

/** How its kind calls the way it signs in. */
function typeOf(c: Connection, kind?: Kind): string | undefined {
  const type = kind?.fields?.find((f) => f.name === 'type');
  return type?.options?.find((o) => o.value === (c.settings.type || type.default))?.label;
}

function Standing({ connection: c }: { connection: Connection }) {
  const versions = useVersions().data?.items ?? [];
  const outdated = versions.find((v) => c.kind === 'netsuite' && v.version === c.settings.wsdl_version && !v.supported);
  return (
    <>
      <Status connection={c} />
      {c.status === 'offline' && c.detail && (
        <Text size="xs" c="dimmed" lineClamp={2} maw={260} title={c.detail}>
          {c.detail}
        </Text>
      )}
      {outdated && (
        <Text size="xs" c="var(--status-warn)" title={outdated.note}>
          WSDL version {outdated.version} is without support
        </Text>
      )}
    </>
  );
}

function Account({ connection: c }: { connection: Connection }) {
  const account = readAccount(c.settings.account ?? c.identity?.account ?? '');
  if (!account) return '–';
  return (
    <Group gap={6} wrap="nowrap">
      {account.realm}
      {account.environment !== 'production' && (
        <Badge size="sm" variant="default" style={{ flexShrink: 0 }}>
          {account.environment === 'sandbox' ? 'Sandbox' : 'Release preview'}
        </Badge>
      )}
    </Group>
  );
}

function UsedBy({ connection: c, flows }: { connection: Connection; flows: number }) {
  if (flows === 0) return '–';
  return (
    <Anchor component={Link} to={`${pageOf(c)}?tab=used-by`} size="sm">
      {flows === 1 ? '1 flow' : `${flows} flows`}
    </Anchor>
  );
}
