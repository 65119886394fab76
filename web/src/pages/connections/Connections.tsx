import { Button, Group, Select, Text, TextInput } from '@mantine/core';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';

import { query } from '../../api/client';
import { Empty } from '../../parts/Empty';
import { Explain } from '../../parts/Explain';
import { PageHeader } from '../../parts/PageHeader';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { useMay } from '../../session';
import { ConnectionPane } from './ConnectionPane';
import { ConnectionTable } from './ConnectionTable';
import { Deleted } from './Deleted';
import { usesOf } from './uses';

const statuses = [
  { value: 'online', label: 'Online' },
  { value: 'offline', label: 'Offline' },
  { value: 'untested', label: 'Not tested' },
];

/** All connections. The pane that makes or edits one is part of the address: going back closes it. */
export function Connections() {
  const [search, setSearch] = useSearchParams();
  const [text, setText] = useState('');
  const connections = query.useQuery('get', '/api/v1/connections');
  const kinds = query.useQuery('get', '/api/v1/kinds', {}, { staleTime: Infinity });
  const flows = query.useQuery('get', '/api/v1/flows');
  const uses = useMemo(() => usesOf((flows.data?.items ?? []).map((r) => r.flow)), [flows.data]);
  const mayEdit = useMay('connections.edit');
  const items = connections.data?.items ?? [];
  const [application, status] = [search.get('application'), search.get('status')];
  const found = items.filter((c) => (!application || c.kind === application) && (!status || c.status === status) && `${c.name} ${c.kind} ${c.settings.account ?? ''}`.toLowerCase().includes(text.trim().toLowerCase()));

  const put = (changes: Record<string, string | null>) =>
    setSearch((old) => {
      const next = new URLSearchParams(old);
      for (const [key, value] of Object.entries(changes)) {
        if (value) next.set(key, value);
        else next.delete(key);
      }
      return next;
    });
  const create = mayEdit && (
    <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => put({ pane: 'new' })}>
      Create connection
    </Button>
  );
  const pane = search.get('pane');
  const edited = search.get('edit') ?? undefined;
  return (
    <>
      <PageHeader title="Connections" about="Ways into NetSuite and the systems it works with. Flows name connections; they never hold credentials.">
        {create}
      </PageHeader>
      <Explain error={connections.error ?? kinds.error} />
      {(connections.isPending || kinds.isPending) && <PageSkeleton rows={6} />}
      {connections.data && kinds.data && items.length === 0 && (
        <Empty title="No connections yet" action={create}>
          A connection leads to NetSuite, a database, an HTTP API or a folder of files. Create one to a NetSuite account first: a guide beside the form says what to do in NetSuite.
        </Empty>
      )}
      {kinds.data && items.length > 0 && (
        <>
          <Group gap="sm" mb="md">
            <TextInput aria-label="Search connections" placeholder="Search" leftSection={<IconSearch size={16} aria-hidden />} value={text} onChange={(e) => setText(e.currentTarget.value)} w={{ base: '100%', xs: 260 }} />
            <Select aria-label="Application" placeholder="All applications" data={kinds.data.items.map((k) => ({ value: k.id, label: k.label }))} value={application} onChange={(v) => put({ application: v })} clearable w={190} />
            <Select aria-label="Status" placeholder="Any status" data={statuses} value={status} onChange={(v) => put({ status: v })} clearable w={160} />
          </Group>
          <ConnectionTable items={found} kinds={kinds.data.items} uses={uses} onEdit={(name) => put({ edit: name })} />
          {found.length === 0 && (
            <Text c="dimmed" role="status" mt="sm">
              None of them matches.
            </Text>
          )}
        </>
      )}
      {mayEdit && <Deleted />}
      {(pane === 'new' || edited) && <ConnectionPane key={edited ?? 'new'} name={edited} onSaved={() => undefined} onClose={() => put({ pane: null, edit: null })} />}
    </>
  );
}
