import { Autocomplete, Select, TextInput } from '@mantine/core';
import { useState } from 'react';

import { query } from '../../api/client';
import { titleOf, useIntegrations } from '../../api/integrations';
import { useSession } from '../../session';
import classes from './runs.module.css';
import { localText, spans, timeOf } from './span';

const states = [
  { value: 'queued', label: 'Queued' },
  { value: 'running', label: 'Running' },
  { value: 'completed', label: 'Completed' },
  { value: 'failed', label: 'Failed' },
  { value: 'cancelled', label: 'Cancelled' },
];

const between = 'between';

/** Chooses runs; what is chosen stands in the address. */
export function Filters({ search, onChoose }: { search: URLSearchParams; onChoose: (values: Record<string, string | undefined>) => void }) {
  const me = useSession();
  const flows = query.useQuery('get', '/api/v1/flows');
  const integrations = useIntegrations();
  const since = search.get('since');
  const until = search.get('until');
  const ownTimes = !!until || (!!since && !spans.some((s) => s.value === since));
  const [opened, setOpened] = useState(false);
  const when = ownTimes || opened ? between : since;
  return (
    <div className={classes.filters} role="search" aria-label="Runs">
      <Select aria-label="Flow" placeholder="All flows" data={flows.data?.items.map((f) => f.flow.name) ?? []} value={search.get('flow')} clearable searchable onChange={(v) => onChoose({ flow: v ?? undefined })} clearButtonProps={{ 'aria-label': 'All flows' }} />
      <Select
        aria-label="Integration"
        placeholder="All integrations"
        data={integrations.data?.map((i) => ({ value: i.name, label: titleOf(i) })) ?? []}
        value={search.get('integration')}
        clearable
        searchable
        onChange={(v) => onChoose({ integration: v ?? undefined })}
        clearButtonProps={{ 'aria-label': 'All integrations' }}
      />
      <Select aria-label="State" placeholder="All states" data={states} value={search.get('state')} clearable onChange={(v) => onChoose({ state: v ?? undefined })} clearButtonProps={{ 'aria-label': 'All states' }} />
      <Select
        aria-label="When"
        placeholder="At any time"
        data={[...spans.map(({ value, label }) => ({ value, label })), { value: between, label: 'Between …' }]}
        value={when}
        clearable
        onChange={(v) => {
          setOpened(v === between);
          onChoose({ since: v === between ? undefined : (v ?? undefined), until: undefined });
        }}
        clearButtonProps={{ 'aria-label': 'At any time' }}
      />
      <StartedBy key={search.get('started_by') ?? ''} value={search.get('started_by') ?? ''} me={me.name} onEnter={(v) => onChoose({ started_by: v || undefined })} />
      {when === between && (
        <>
          <TextInput type="datetime-local" aria-label="From" value={localText(timeOf(since))} onChange={(e) => onChoose({ since: timeOf(e.currentTarget.value) })} />
          <TextInput type="datetime-local" aria-label="Until" value={localText(timeOf(until))} onChange={(e) => onChoose({ until: timeOf(e.currentTarget.value) })} />
        </>
      )}
    </div>
  );
}

/** Who or what started runs: known by the run's own word, so it may be typed. */
function StartedBy({ value, me, onEnter }: { value: string; me: string; onEnter: (value: string) => void }) {
  const [text, setText] = useState(value);
  const enter = (v: string) => {
    if (v.trim() !== value) onEnter(v.trim());
  };
  return (
    <Autocomplete
      aria-label="Started by"
      placeholder="Started by anybody"
      data={[me, 'schedule', 'webhook', 'local']}
      value={text}
      onChange={setText}
      onOptionSubmit={enter}
      onBlur={() => enter(text)}
      onKeyDown={(e) => {
        if (e.key === 'Enter') enter(text);
      }}
      clearable
      onClear={() => enter('')}
      clearButtonProps={{ 'aria-label': 'Started by anybody' }}
    />
  );
}
