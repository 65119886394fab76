import { Autocomplete, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';

import grid from '../../grid.module.css';

interface Props {
  className?: string;
  label: string;
  placeholder: string;
  /** What can be chosen; any other text can be entered. */
  names: { name: string; label: string }[];
  value: string;
  readOnly: boolean;
  error?: string;
  onChange: (value: string) => void;
  /** What helps to choose, at the input's end. */
  choose?: ReactNode;
}

/** A name or expression in a table of fields, with the names that are known to choose from. */
export function NameInput({ className, label, placeholder, names, value, readOnly, error, onChange, choose }: Props) {
  const common = { className, 'aria-label': label, placeholder, readOnly, error, rightSection: choose, spellCheck: false, classNames: { input: grid.code } };
  if (names.length === 0) return <TextInput {...common} value={value} onChange={(e) => onChange(e.currentTarget.value)} />;
  const labelOf = (name: string) => names.find((n) => n.name === name)?.label ?? '';
  return (
    <Autocomplete
      {...common}
      limit={100}
      comboboxProps={{ width: 320, position: 'bottom-start' }}
      data={[...new Set(names.map((n) => n.name))]}
      filter={({ options, search }) => {
        const text = search.trim().toLowerCase();
        return options.filter((o) => 'value' in o && (o.value.toLowerCase().includes(text) || labelOf(o.value).toLowerCase().includes(text)));
      }}
      renderOption={({ option }) => (
        <span style={{ display: 'flex', justifyContent: 'space-between', gap: 16, width: '100%' }}>
          <span style={{ overflowWrap: 'anywhere' }}>{labelOf(option.value) || option.value}</span>
          {labelOf(option.value) && <span className="quiet">{option.value}</span>}
        </span>
      )}
      value={value}
      onChange={onChange}
    />
  );
}
