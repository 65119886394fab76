import { Group, SegmentedControl, Select, Stack } from '@mantine/core';
import { useState } from 'react';
import { useSearchParams } from 'react-router';

import { query } from '../../api/client';
import { Empty } from '../../parts/Empty';
import { Explain } from '../../parts/Explain';
import { PageHeader } from '../../parts/PageHeader';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { Account, titleOf } from './Account';

const ranges = [
  { value: '1h', label: '1 hour', hours: 1 },
  { value: '6h', label: '6 hours', hours: 6 },
  { value: '24h', label: '24 hours', hours: 24 },
  { value: '3d', label: '3 days', hours: 72 },
];

const often = 5_000;

/** Request slots of each account: what is asked at one time, who waits, and how it was. */
export function Concurrency() {
  const [search, setSearch] = useSearchParams();
  const range = ranges.find((r) => r.value === search.get('range')) ?? ranges[0];
  const hours = range?.hours ?? 1;
  // The last hour is the server's default and moves along; longer times begin where they did when the page was opened.
  const [opened] = useState(Date.now);
  const since = hours === 1 ? undefined : new Date(Math.floor(opened / 60_000) * 60_000 - hours * 3_600_000).toISOString();
  const found = query.useQuery('get', '/api/v1/concurrency', { params: { query: { since } } }, { refetchInterval: often });
  const chosen = search.get('account');
  const choose = (key: string, value: string | undefined) =>
    setSearch(
      (now) => {
        if (value) now.set(key, value);
        else now.delete(key);
        return now;
      },
      { replace: true },
    );
  const accounts = found.data?.accounts;
  const shown = accounts?.filter((a) => !chosen || a.name === chosen || a.account === chosen);
  return (
    <>
      <PageHeader title="Concurrency" about="Systems take so many requests at one time. NetSuite counts those of all connections of an account together; every request waits here for a slot of that account before it is sent." />
      <Group mb="md" gap="sm">
        <SegmentedControl aria-label="Time shown" value={range?.value ?? '1h'} onChange={(v) => choose('range', v === '1h' ? undefined : v)} data={ranges.map(({ value, label }) => ({ value, label }))} />
        {((accounts?.length ?? 0) > 1 || chosen) && (
          <Select aria-label="Account" placeholder="All accounts" data={accounts?.map((a) => ({ value: a.name, label: titleOf(a) })) ?? []} value={shown?.length === 1 ? (shown[0]?.name ?? null) : chosen} clearable onChange={(v) => choose('account', v ?? undefined)} clearButtonProps={{ 'aria-label': 'All accounts' }} w={280} />
        )}
      </Group>
      {found.error && !found.data ? (
        <Explain error={found.error} title="The request slots cannot be shown" />
      ) : !found.data || !shown ? (
        <PageSkeleton rows={6} />
      ) : shown.length === 0 ? (
        <Empty title="Nothing was asked in this time">Slots show here as soon as a flow, a test or a query asks something of NetSuite or of an HTTP connection. Three days are kept.</Empty>
      ) : (
        <Stack gap="lg">
          {shown.map((a) => (
            <Account key={a.name} account={a} of={found.data} />
          ))}
        </Stack>
      )}
    </>
  );
}
