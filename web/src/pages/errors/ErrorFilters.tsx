import { Select, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';

import { classes, classLabel } from './classification';

/** What the errors on the page have in common, by the names of the address's parameters. */
export interface Filter {
  text?: string;
  classification?: string;
  assignee?: string;
  tag?: string;
  step?: string;
  code?: string;
  trace?: string;
}

/** Chooses errors by what is in them and what people said of them. */
export function ErrorFilters({ filter, me, onChange }: { filter: Filter; me: string; onChange: (values: Record<string, string | undefined>) => void }) {
  const people = [...new Set([me, 'nobody', ...(filter.assignee ? [filter.assignee] : [])])];
  return (
    <>
      <Entry key={`text ${filter.text ?? ''}`} label="Message or record" value={filter.text} onEnter={(text) => onChange({ text })} icon />
      <Select aria-label="Kind" placeholder="All kinds" data={classes.map((value) => ({ value, label: classLabel(value) }))} value={filter.classification ?? null} clearable onChange={(v) => onChange({ classification: v ?? undefined })} clearButtonProps={{ 'aria-label': 'All kinds' }} />
      <Select
        aria-label="Assigned to"
        placeholder="Assigned to anybody"
        data={people.map((value) => ({ value, label: value === me ? 'Assigned to me' : value === 'nobody' ? 'Assigned to nobody' : `Assigned to ${value}` }))}
        value={filter.assignee ?? null}
        clearable
        onChange={(v) => onChange({ assignee: v ?? undefined })}
        clearButtonProps={{ 'aria-label': 'Assigned to anybody' }}
      />
      <Entry key={`tag ${filter.tag ?? ''}`} label="Tag" value={filter.tag} onEnter={(tag) => onChange({ tag })} />
      <Entry key={`trace ${filter.trace ?? ''}`} label="Trace key" value={filter.trace} onEnter={(trace) => onChange({ trace })} />
    </>
  );
}

/** A text that counts once it is entered, so that not every letter asks the server. */
function Entry({ label, value = '', onEnter, icon }: { label: string; value?: string; onEnter: (text: string | undefined) => void; icon?: boolean }) {
  const [text, setText] = useState(value);
  const enter = () => {
    if (text.trim() !== value) onEnter(text.trim() || undefined);
  };
  return (
    <TextInput
      aria-label={label}
      placeholder={label}
      value={text}
      leftSection={icon && <IconSearch size={16} aria-hidden />}
      onChange={(e) => setText(e.currentTarget.value)}
      onBlur={enter}
      onKeyDown={(e) => {
        if (e.key === 'Enter') enter();
      }}
    />
  );
}
