import { Autocomplete, Loader } from '@mantine/core';

import { useRecordTypes } from '../../../api/metadata';

interface Props {
  label: string;
  description?: string;
  required?: boolean;
  readOnly?: boolean;
  error?: string;
  connection: string | undefined;
  value: string;
  onChange: (value: string) => void;
}

/** Chooses one of the record types that the connection's role sees; any other name can be entered. */
export function RecordTypeField({ connection, value, onChange, description, ...common }: Props) {
  const types = useRecordTypes(connection);
  const items = types.data?.items ?? [];
  const labels = new Map(items.map((t) => [t.name, t.label]));
  const standard = items.filter((t) => !t.custom).map((t) => t.name);
  const custom = items.filter((t) => t.custom).map((t) => t.name);
  const unknown = value !== '' && items.length > 0 && !items.some((t) => t.name.toLowerCase() === value.toLowerCase());
  return (
    <Autocomplete
      {...common}
      description={unknown ? 'The connection’s role sees no record type of this name.' : description}
      placeholder="salesOrder"
      spellCheck={false}
      limit={100}
      maxDropdownHeight={320}
      data={custom.length ? [{ group: 'Standard', items: standard }, { group: 'Custom', items: custom }] : standard}
      // A name is found by its label too, and all are shown while one is chosen.
      filter={({ options, search }) => {
        const text = search.trim().toLowerCase();
        const fits = (name: string) => name.toLowerCase().includes(text) || (labels.get(name) ?? '').toLowerCase().includes(text);
        if (labels.has(search)) return options;
        const found: typeof options = [];
        for (const o of options) {
          if ('group' in o) found.push({ ...o, items: o.items.filter((i) => fits(i.value)) });
          else if (fits(o.value)) found.push(o);
        }
        return found;
      }}
      renderOption={({ option }) => (
        <span style={{ display: 'flex', justifyContent: 'space-between', gap: 16, width: '100%' }}>
          <span>{labels.get(option.value) ?? option.value}</span>
          <span className="quiet">{option.value}</span>
        </span>
      )}
      rightSection={types.isFetching ? <Loader size="xs" role="status" aria-label="Reading record types" /> : undefined}
      value={value}
      onChange={onChange}
    />
  );
}
