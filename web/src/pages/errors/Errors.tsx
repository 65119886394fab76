import { Badge, SegmentedControl, Select } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useSearchParams } from 'react-router';

import { query } from '../../api/client';
import { Empty } from '../../parts/Empty';
import { Explain } from '../../parts/Explain';
import { MoreButton } from '../../parts/MoreButton';
import { PageHeader } from '../../parts/PageHeader';
import { parts } from '../../parts/paging';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { useSession } from '../../session';
import { classes } from './classification';
import styles from './errors.module.css';
import { ErrorFilters, type Filter } from './ErrorFilters';
import { ErrorPane } from './ErrorPane';
import { ErrorTable } from './ErrorTable';
import { SelectionBar } from './SelectionBar';

const states = [
  { value: 'open', label: 'Open' },
  { value: 'retrying', label: 'Retrying' },
  { value: 'resolved', label: 'Resolved' },
];

type State = 'open' | 'retrying' | 'resolved';

function stateIn(text: string | null): State {
  return states.some((s) => s.value === text) ? (text as State) : 'open';
}

type Kind = 'value' | 'other';

/** What the address says of the errors to show. */
function filterIn(search: URLSearchParams): Filter {
  const kind = search.get('classification');
  return {
    text: search.get('text') ?? undefined,
    classification: kind && classes.includes(kind) ? kind : undefined,
    assignee: search.get('assignee') ?? undefined,
    tag: search.get('tag') ?? undefined,
    step: search.get('step') ?? undefined,
    code: search.get('code') ?? undefined,
    trace: search.get('trace') ?? undefined,
  };
}

/** Records that did not get through, kept until somebody mends them. */
export function Errors() {
  const [search, setSearch] = useSearchParams();
  const [selected, setSelected] = useState<number[]>([]);
  const flow = search.get('flow') ?? undefined;
  const run = Number(search.get('run')) || undefined;
  const state = stateIn(search.get('state'));
  const shown = Number(search.get('error')) || undefined;
  const me = useSession();
  const filter = filterIn(search);
  const filtered = !!flow || !!run || Object.values(filter).some(Boolean);
  const flows = query.useQuery('get', '/api/v1/flows');
  const errors = query.useInfiniteQuery(
    'get',
    '/api/v1/errors',
    { params: { query: { ...filter, classification: filter.classification as Kind | undefined, flow, run, state, limit: 100 } } },
    { ...parts, refetchInterval: (q) => (state === 'retrying' && q.state.data?.pages.some((p) => p.items.length > 0) ? 1_000 : 15_000) },
  );
  const choose = (values: Record<string, string | undefined>) => {
    setSearch(
      (now) => {
        for (const [key, value] of Object.entries(values)) {
          if (value) now.set(key, value);
          else now.delete(key);
        }
        return now;
      },
      { replace: true },
    );
    if (!('error' in values)) setSelected([]);
  };
  const rows = errors.data?.pages.flatMap((p) => p.items);
  const chosen = selected.filter((id) => rows?.some((e) => e.id === id));
  return (
    <>
      <PageHeader title="Errors" about="Records that did not get through. Each is kept with what the other side said, until a retry works or you resolve it." />
      <div className={styles.filters}>
        <SegmentedControl aria-label="State" data={states} value={state} onChange={(v) => choose({ state: v === 'open' ? undefined : v })} />
        <Select aria-label="Flow" placeholder="All flows" data={flows.data?.items.map((f) => f.flow.name) ?? []} value={flow ?? null} clearable searchable onChange={(v) => choose({ flow: v ?? undefined })} clearButtonProps={{ 'aria-label': 'All flows' }} />
        <ErrorFilters filter={filter} me={me.name} onChange={choose} />
        {run && (
          <Badge size="lg" component="button" style={{ cursor: 'pointer' }} rightSection={<IconX size={14} aria-hidden />} aria-label={`Run ${run}: show errors of all runs`} onClick={() => choose({ run: undefined })}>
            Run {run}
          </Badge>
        )}
      </div>
      {errors.error ? (
        <Explain error={errors.error} title="The errors cannot be shown" />
      ) : !rows ? (
        <PageSkeleton rows={6} />
      ) : rows.length === 0 ? (
        <Nothing state={state} filtered={filtered} />
      ) : (
        <>
          <SelectionBar ids={chosen} state={state} onDone={() => setSelected([])} />
          <ErrorTable rows={rows} selected={chosen} onSelect={setSelected} onShow={(id) => choose({ error: String(id) })} />
        </>
      )}
      <MoreButton list={errors} />
      {shown && <ErrorPane id={shown} onClose={() => choose({ error: undefined })} />}
    </>
  );
}

function Nothing({ state, filtered }: { state: State; filtered: boolean }) {
  if (state === 'open') return <Empty title="No open errors">{filtered ? 'None that you have chosen is open.' : 'Every record that was read is accounted for: written, unchanged, excluded or resolved.'}</Empty>;
  return <Empty title={state === 'retrying' ? 'Nothing is being retried' : 'Nothing was resolved yet'} />;
}
