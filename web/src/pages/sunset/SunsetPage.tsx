import { Stack } from '@mantine/core';

import { query } from '../../api/client';
import type { AccountEnds, Kind } from '../../api/schema';
import { Empty } from '../../parts/Empty';
import { Explain } from '../../parts/Explain';
import { PageHeader } from '../../parts/PageHeader';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { Account } from './Account';
import { Calendar } from './Calendar';

/** What stops with which NetSuite release, account by account, and what each should become. */
export function SunsetPage() {
  const sunset = query.useQuery('get', '/api/v1/sunset');
  const kinds = query.useQuery('get', '/api/v1/kinds', {}, { staleTime: Infinity });
  const ends = sunset.data;
  return (
    <>
      <PageHeader
        title="Sunset"
        about={`What stops with which NetSuite release, and what it should become.${ends ? ` NetSuite accounts have release ${ends.release} now; each gets a new one over three months.` : ''}`}
      />
      <Explain error={sunset.error ?? kinds.error} title="What stops cannot be shown" />
      {(sunset.isPending || kinds.isPending) && <PageSkeleton rows={6} />}
      {ends && kinds.data && (
        <Stack gap="lg">
          <Accounts items={ends.accounts} kinds={kinds.data.items} />
          <Calendar items={ends.calendar} />
        </Stack>
      )}
    </>
  );
}

function Accounts({ items, kinds }: { items: AccountEnds[]; kinds: Kind[] }) {
  const types = kinds.find((k) => k.id === 'netsuite')?.fields?.find((f) => f.name === 'type')?.options ?? [];
  if (items.length === 0) return <Empty title="No connection to NetSuite">Where there is one, it is said here what of it and of its flows stops, and when.</Empty>;
  return items.map((a) => <Account key={a.account} account={a} typeLabel={(type) => types.find((o) => o.value === type)?.label ?? type} />);
}
