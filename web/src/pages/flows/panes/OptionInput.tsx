import { Loader, TagsInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';

import { useOptions } from '../../../api/metadata';

interface Props {
  label: string;
  connection: string | undefined;
  recordType: string | undefined;
  field: string;
  readOnly: boolean;
  /** Internal IDs. */
  values: string[];
  onChange: (values: string[]) => void;
}

/** Chooses values of a select field by their names; their internal IDs are what is kept, and can be entered. */
export function OptionInput({ label, connection, recordType, field, readOnly, values, onChange }: Props) {
  const [wanted, setWanted] = useState(false);
  const [search, setSearch] = useState('');
  const [asked] = useDebouncedValue(search, 250);
  const options = useOptions(connection, recordType, field, /^\d+$/.test(asked) ? '' : asked, wanted);
  const items = options.data?.items ?? [];
  const [names, setNames] = useState<Record<string, string>>({});
  const nameOf = (id: string) => items.find((o) => o.id === id)?.name ?? names[id];
  return (
    <TagsInput
      aria-label={label}
      placeholder={values.length === 0 ? 'Choose, or enter an internal ID' : undefined}
      readOnly={readOnly}
      data={items.map((o) => o.id)}
      filter={({ options }) => options}
      renderOption={({ option }) => (
        <span style={{ display: 'flex', justifyContent: 'space-between', gap: 16, width: '100%' }}>
          <span>{nameOf(option.value) ?? option.value}</span>
          <span className="quiet">{option.value}</span>
        </span>
      )}
      rightSection={options.isFetching ? <Loader size="xs" role="status" aria-label="Reading values" /> : undefined}
      description={values.some((v) => nameOf(v)) ? values.map((v) => nameOf(v) ?? v).join(', ') : undefined}
      inputWrapperOrder={['input', 'description']}
      searchValue={search}
      onSearchChange={setSearch}
      onFocus={() => setWanted(true)}
      value={values}
      onChange={(ids) => {
        setNames((known) => ({ ...known, ...Object.fromEntries(items.filter((o) => ids.includes(o.id)).map((o) => [o.id, o.name])) }));
        onChange(ids);
      }}
    />
  );
}
