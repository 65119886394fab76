import { Select, Skeleton, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useState } from 'react';

import type { ErrorSummary } from '../../api/schema';
import { classLabel } from './classification';
import classes from './errors.module.css';
import type { Filter } from './filter';

interface Props {
  filter: Filter;
  summary?: ErrorSummary;
  me: string;
  onChange: (values: Partial<Record<string, string>>) => void;
}

interface Choice {
  key: string;
  label: string;
  about?: string;
  count: number;
  values: Partial<Record<string, string>>;
  chosen: boolean;
}

const number = new Intl.NumberFormat('en');

/** Chooses errors by where and why they came, with how many there are of each. */
export function Facets({ filter, summary, me, onChange }: Props) {
  const people = [...new Set([me, 'nobody', ...(filter.assignee ? [filter.assignee] : [])])];
  const places = summary?.places.map((p): Choice => {
    const chosen = filter.flow === p.flow && filter.step === p.step;
    return { key: `${p.flow} ${p.step}`, label: p.step, about: p.flow, count: p.count, chosen, values: chosen ? { flow: undefined, step: undefined } : { flow: p.flow, step: p.step } };
  });
  const of = (part: 'connection' | 'code' | 'classification', list: ErrorSummary['codes'] | undefined, label = (v: string) => v) =>
    list?.map((c): Choice => ({ key: c.value, label: label(c.value), count: c.count, chosen: filter[part] === c.value, values: { [part]: filter[part] === c.value ? undefined : c.value } }));
  if (!summary) return <Skeleton height={360} />;
  return (
    <Stack gap="lg">
      <Facet title="Flow and step" choices={places} onChange={onChange} />
      <Facet title="Connection" choices={of('connection', summary?.connections)} onChange={onChange} />
      <Facet title="Code" choices={of('code', summary?.codes)} onChange={onChange} mono />
      <Facet title="Kind" choices={of('classification', summary?.classifications, classLabel)} onChange={onChange} />
      <Stack gap="xs">
        <Select
          size="xs"
          label="Assigned to"
          placeholder="Anybody"
          data={people.map((value) => ({ value, label: value === me ? 'Me' : value === 'nobody' ? 'Nobody' : value }))}
          value={filter.assignee ?? null}
          clearable
          onChange={(v) => onChange({ assignee: v ?? undefined })}
          clearButtonProps={{ 'aria-label': 'Assigned to anybody' }}
        />
        <Entry key={`tag ${filter.tag ?? ''}`} label="Tag" value={filter.tag} onEnter={(tag) => onChange({ tag })} />
        <Entry key={`trace ${filter.trace ?? ''}`} label="Trace key" value={filter.trace} onEnter={(trace) => onChange({ trace })} />
      </Stack>
    </Stack>
  );
}

const few = 6;

/** One list of choices. Long ones show their most frequent first. */
function Facet({ title, choices = [], mono, onChange }: { title: string; choices?: Choice[]; mono?: boolean; onChange: Props['onChange'] }) {
  const [open, setOpen] = useState(false);
  if (choices.length === 0) return null;
  const shown = open ? choices : choices.filter((c, n) => n < few || c.chosen);
  return (
    <div role="group" aria-label={title}>
      <Text size="xs" fw={600} c="dimmed" mb={4}>
        {title}
      </Text>
      <ul className={classes.facet}>
        {shown.map((c) => (
          <li key={c.key}>
            <UnstyledButton className={classes.choice} aria-pressed={c.chosen} onClick={() => onChange(c.values)} title={c.about ? `${c.about}: ${c.label}` : c.label}>
              <span className={classes.choiceName} data-mono={mono || undefined}>
                {c.about && <span className={classes.about}>{c.about} › </span>}
                {c.label}
              </span>
              <span className={classes.number}>{number.format(c.count)}</span>
            </UnstyledButton>
          </li>
        ))}
      </ul>
      {choices.length > shown.length && (
        <UnstyledButton className={classes.more} onClick={() => setOpen(true)}>
          {`${choices.length - shown.length} more`}
        </UnstyledButton>
      )}
    </div>
  );
}

/** A text that counts once it is entered, so that not every letter asks the server. */
function Entry({ label, value = '', onEnter }: { label: string; value?: string; onEnter: (text: string | undefined) => void }) {
  const [text, setText] = useState(value);
  const enter = () => {
    if (text.trim() !== value) onEnter(text.trim() || undefined);
  };
  return <TextInput size="xs" label={label} value={text} onChange={(e) => setText(e.currentTarget.value)} onBlur={enter} onKeyDown={(e) => e.key === 'Enter' && enter()} />;
}
