import { Stack, Title } from '@mantine/core';
import { useRef, useState } from 'react';

import { DataTable } from '../parts/table/DataTable';
import { columns } from '../pages/errors/columns';
import { Facets } from '../pages/errors/Facets';
import { FilterBar } from '../pages/errors/FilterBar';
import { Attention } from '../pages/home/Attention';
import { attention, long, recordErrors, summary } from './samples';
import { Row, State } from './States';

const few = recordErrors(4);
const longOnes = recordErrors(2, long);
const many = recordErrors(10_000);
const nothing = () => undefined;
const more = { hasNextPage: true, isFetchingNextPage: true, isFetchNextPageError: false, fetchNextPage: nothing };

/** The large parts. */
export function Tables() {
  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set([2, 3]));
  const search = useRef<HTMLInputElement>(null);
  const filter = { state: 'open', flow: 'orders-in', code: 'USER_ERROR', text: 'W-24' } as const;
  return (
    <>
      <Row title="What needs attention">
        <State of="Attention" state="many, long">
          <Attention items={attention} />
        </State>
        <State of="Attention" state="all clear">
          <Attention items={[]} />
        </State>
      </Row>
      <Row title="Filters of errors">
        <State of="Facets" state="many">
          <Facets filter={filter} summary={summary} me="ann@example.com" onChange={nothing} />
        </State>
        <State of="Facets" state="loading">
          <Facets filter={filter} me="ann@example.com" onChange={nothing} />
        </State>
      </Row>
      <FilterBar filter={filter} summary={summary} me="ann@example.com" onChange={nothing} onFacets={nothing} search={search} />
      <Stack gap="sm" component="section" aria-label="Tables">
        <Title order={2} size="h4">
          Tables
        </Title>
        <State of="DataTable" state="some selected, more loading">
          <DataTable label="A few errors" columns={columns} rows={few} idOf={(e) => e.id} nameOf={(e) => e.key} selected={selected} onSelect={setSelected} total={1234} more={more} />
        </State>
        <State of="DataTable" state="long texts">
          <DataTable label="Long errors" columns={columns} rows={longOnes} idOf={(e) => e.id} />
        </State>
        <State of="DataTable" state="many: ten thousand rows">
          <DataTable label="Many errors" columns={columns} rows={many} idOf={(e) => e.id} rowHeight={72} />
        </State>
      </Stack>
    </>
  );
}
