import { Group, Select, Table, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useSearchParams } from 'react-router';

import { query } from '../../api/client';
import type { AuditEvent } from '../../api/schema';
import { Ago } from '../../parts/Ago';
import { Empty } from '../../parts/Empty';
import { Explain } from '../../parts/Explain';
import { MoreButton } from '../../parts/MoreButton';
import { PageHeader } from '../../parts/PageHeader';
import { parts } from '../../parts/paging';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { Wide } from '../../parts/Wide';

const nouns = [
  { value: 'connection', label: 'Connections' },
  { value: 'consumer_key', label: 'Consumer keys' },
  { value: 'integration', label: 'Integrations' },
  { value: 'flow', label: 'Flows' },
  { value: 'run', label: 'Runs' },
  { value: 'error', label: 'Errors' },
  { value: 'user', label: 'Users' },
  { value: 'token', label: 'API tokens' },
];

/** Who did what to what, newest first. */
export function AuditLog() {
  const [search, setSearch] = useSearchParams();
  const noun = search.get('noun') ?? undefined;
  const [name, setName] = useState(search.get('name') ?? '');
  const [asked] = useDebouncedValue(name.trim(), 300);
  const events = query.useInfiniteQuery('get', '/api/v1/audit', { params: { query: { noun, name: noun && asked ? asked : undefined, limit: 100 } } }, parts);
  const rows = events.data?.pages.flatMap((p) => p.items);
  return (
    <>
      <PageHeader title="Audit log" about="Who did what to what, newest first. Secrets are never in it." />
      <Group mb="md" gap="sm" align="flex-end">
        <Select aria-label="Things" placeholder="All things" data={nouns} value={noun ?? null} clearable clearButtonProps={{ 'aria-label': 'All things' }} onChange={(v) => setSearch(v ? { noun: v } : {}, { replace: true })} />
        <TextInput aria-label="Name" placeholder={noun ? 'Name' : 'Choose a kind of thing first'} disabled={!noun} value={name} onChange={(e) => setName(e.currentTarget.value)} />
      </Group>
      {events.error ? (
        <Explain error={events.error} title="The audit log cannot be shown" />
      ) : !rows ? (
        <PageSkeleton rows={8} />
      ) : rows.length === 0 ? (
        <Empty title="Nothing like that has happened" />
      ) : (
        <Events rows={rows} />
      )}
      <MoreButton list={events} />
    </>
  );
}

function Events({ rows }: { rows: AuditEvent[] }) {
  return (
    <Wide label="Audit log">
      <Table verticalSpacing="xs" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>When</Table.Th>
            <Table.Th>Who</Table.Th>
            <Table.Th>Did</Table.Th>
            <Table.Th>To</Table.Th>
            <Table.Th visibleFrom="sm">Detail</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((e) => (
            <Table.Tr key={e.id}>
              <Table.Td>
                <Ago at={e.at} size="sm" style={{ whiteSpace: 'nowrap' }} />
              </Table.Td>
              <Table.Td>
                <Text size="sm" style={{ overflowWrap: 'break-word' }}>
                  {e.actor}
                </Text>
              </Table.Td>
              <Table.Td>
                <Text size="sm">{e.action}</Text>
              </Table.Td>
              <Table.Td>
                <Text size="sm" style={{ overflowWrap: 'break-word' }}>
                  {e.noun} {e.noun_id}
                </Text>
              </Table.Td>
              <Table.Td visibleFrom="sm">
                <Text size="sm" c="dimmed" style={{ overflowWrap: 'break-word' }}>
                  {e.detail}
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}
