import { Text } from '@mantine/core';
import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';

import { query } from '../../api/client';
import type { AuditEvent } from '../../api/schema';
import { Ago } from '../../parts/Ago';
import { Empty } from '../../parts/Empty';
import { Explain } from '../../parts/Explain';
import { PageHeader } from '../../parts/PageHeader';
import { parts } from '../../parts/paging';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { type Column, DataTable } from '../../parts/table/DataTable';
import { asked, auditParts, type AuditQuery } from './audit';
import { AuditFilters } from './AuditFilters';

const columns: Column<AuditEvent>[] = [
  { key: 'at', title: 'When', width: 130, cell: (e) => <Ago at={e.at} size="sm" style={{ whiteSpace: 'nowrap' }} /> },
  { key: 'actor', title: 'Who', width: '22%', from: 'sm', cell: (e) => <Words>{e.actor}</Words> },
  { key: 'action', title: 'Did', width: 170, from: 'md', cell: (e) => <Words>{e.action}</Words> },
  {
    key: 'noun',
    title: 'To what',
    cell: (e) => (
      <>
        <Words>{`${e.noun} ${e.noun_id}`}</Words>
        <Text size="xs" c="dimmed" hiddenFrom="md" style={{ overflowWrap: 'anywhere' }}>
          {e.action} <Text span inherit hiddenFrom="sm">by {e.actor}</Text>
        </Text>
      </>
    ),
  },
  {
    key: 'detail',
    title: 'Detail',
    width: '30%',
    from: 'sm',
    cell: (e) => (
      <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        {e.detail}
      </Text>
    ),
  },
];

function Words({ children }: { children: string }) {
  return (
    <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
      {children}
    </Text>
  );
}

/** Who did what to what, newest first. */
export function AuditLog() {
  const [search, setSearch] = useSearchParams();
  const value = useMemo(() => Object.fromEntries(auditParts.flatMap((p) => (search.get(p) ? [[p, search.get(p)]] : []))) as AuditQuery, [search]);
  const change = useCallback(
    (part: Partial<AuditQuery>) =>
      setSearch(
        (old) => {
          for (const [name, v] of Object.entries(part)) {
            if (v) old.set(name, v);
            else old.delete(name);
          }
          return new URLSearchParams(old);
        },
        { replace: true },
      ),
    [setSearch],
  );
  const events = query.useInfiniteQuery('get', '/api/v1/audit', { params: { query: { ...asked(value), limit: 200 } } }, parts);
  const rows = useMemo(() => events.data?.pages.flatMap((p) => p.items), [events.data]);
  return (
    <>
      <PageHeader title="Audit log" about="Who did what to what, newest first. Secrets are never in it." />
      <AuditFilters value={value} onChange={change} />
      {events.error ? (
        <Explain error={events.error} title="The audit log cannot be shown" />
      ) : !rows ? (
        <PageSkeleton rows={8} />
      ) : rows.length === 0 ? (
        <Empty title="Nothing like that has happened" />
      ) : (
        <DataTable label="Audit log" columns={columns} rows={rows} idOf={(e) => e.id} more={events} rowHeight={46} />
      )}
    </>
  );
}
