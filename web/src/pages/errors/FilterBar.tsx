import { ActionIcon, Badge, Button, Group, SegmentedControl, TextInput } from '@mantine/core';
import { IconFilter, IconSearch, IconX } from '@tabler/icons-react';
import { type Ref, useState } from 'react';

import type { ErrorSummary } from '../../api/schema';
import classes from './errors.module.css';
import { type Filter, told } from './filter';

const number = new Intl.NumberFormat('en');

const states = [
  { value: 'open', label: 'Open' },
  { value: 'retrying', label: 'Retrying' },
  { value: 'resolved', label: 'Resolved' },
] as const;

interface Props {
  filter: Filter;
  summary?: ErrorSummary;
  me: string;
  onChange: (values: Partial<Record<string, string>>) => void;
  onFacets: () => void;
  search: Ref<HTMLInputElement>;
}

/** The state with how many errors are in each, a search, and what else the errors have in common. */
export function FilterBar({ filter, summary, me, onChange, onFacets, search }: Props) {
  const set = told(filter, me);
  return (
    <>
      <div className={classes.filters}>
        <SegmentedControl
          aria-label="State"
          value={filter.state}
          onChange={(v) => onChange({ state: v === 'open' ? undefined : v })}
          data={states.map((s) => ({
            value: s.value,
            label: (
              <span className={classes.state}>
                <span>{s.label}</span>
                <span className={classes.number} aria-label={summary && `${summary[s.value]} of them`}>
                  {summary ? number.format(summary[s.value]) : ' '}
                </span>
              </span>
            ),
          }))}
        />
        <Search key={filter.text ?? ''} value={filter.text} onEnter={(text) => onChange({ text })} input={search} />
        <Button hiddenFrom="lg" variant="default" leftSection={<IconFilter size={16} aria-hidden />} onClick={onFacets}>
          {set.length > 0 ? `Filter (${set.length})` : 'Filter'}
        </Button>
      </div>
      {set.length > 0 && (
        <Group gap={6} mb="sm" role="group" aria-label="Filter">
          {set.map(({ part, text }) => (
            <Badge
              key={part}
              size="lg"
              fw={500}
              component="button"
              type="button"
              className={classes.chip}
              rightSection={<IconX size={13} aria-hidden />}
              aria-label={`${text}: show without`}
              onClick={() => onChange(part === 'flow' ? { flow: undefined, step: undefined } : { [part]: undefined })}
            >
              {text}
            </Badge>
          ))}
          {set.length > 1 && (
            <Button size="compact-xs" variant="subtle" onClick={() => onChange(Object.fromEntries(set.map((s) => [s.part, undefined])))}>
              Clear all
            </Button>
          )}
        </Group>
      )}
    </>
  );
}

function Search({ value = '', onEnter, input }: { value?: string; onEnter: (text: string | undefined) => void; input: Ref<HTMLInputElement> }) {
  const [text, setText] = useState(value);
  const enter = () => {
    if (text.trim() !== value) onEnter(text.trim() || undefined);
  };
  return (
    <TextInput
      ref={input}
      aria-label="Message or record"
      placeholder="Message or record"
      flex={1}
      miw={140}
      maw={360}
      value={text}
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={
        value ? (
          <ActionIcon variant="subtle" color="gray" aria-label="Clear the search" onClick={() => onEnter(undefined)}>
            <IconX size={14} aria-hidden />
          </ActionIcon>
        ) : undefined
      }
      onChange={(e) => setText(e.currentTarget.value)}
      onBlur={enter}
      onKeyDown={(e) => {
        if (e.key === 'Enter') enter();
        else if (e.key === 'Escape') e.currentTarget.blur();
      }}
    />
  );
}
