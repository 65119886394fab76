import { ActionIcon, Combobox, Loader, Tooltip, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconListSearch } from '@tabler/icons-react';
import { useRef, useState } from 'react';

import { useOptions } from '../../../../api/metadata';
import { Explain } from '../../../../parts/Explain';
import type { Choice } from './choice';
import classes from './mapping.module.css';

interface Props {
  /** The field, as people know it. */
  label: string;
  choice: Choice;
  onPick: (id: string) => void;
  /** Choosing moves the focus elsewhere. */
  leaves?: boolean;
}

/** Chooses one of the values that a field takes, by its name. */
export function ValuePicker({ label, choice, onPick, leaves = false }: Props) {
  const left = useRef(false);
  const [search, setSearch] = useState('');
  const [asked] = useDebouncedValue(search.trim(), 250);
  const combobox = useCombobox({
    onDropdownOpen: () => combobox.focusSearchInput(),
    onDropdownClose: () => {
      combobox.resetSelectedOption();
      if (!left.current) combobox.focusTarget();
      left.current = false;
      setSearch('');
    },
  });
  const options = useOptions(choice.connection, choice.record, choice.field, asked, combobox.dropdownOpened);
  const name = `Choose a value of ${label}`;
  return (
    <Combobox
      store={combobox}
      width={300}
      position="bottom-end"
      withinPortal
      onOptionSubmit={(id) => {
        left.current = leaves;
        combobox.closeDropdown();
        onPick(id);
      }}
    >
      <Combobox.Target withAriaAttributes={false}>
        <Tooltip label={name}>
          <ActionIcon variant="subtle" color="gray" aria-label={name} aria-haspopup="listbox" aria-expanded={combobox.dropdownOpened} onClick={() => combobox.toggleDropdown()}>
            <IconListSearch size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search value={search} onChange={(e) => setSearch(e.currentTarget.value)} placeholder="Search by name" aria-label={`Search the values of ${label}`} rightSection={options.isFetching ? <Loader size="xs" role="status" aria-label="Reading values" /> : undefined} />
        <Values options={options} label={label} />
      </Combobox.Dropdown>
    </Combobox>
  );
}

function Values({ options, label }: { options: ReturnType<typeof useOptions>; label: string }) {
  if (options.error) {
    return (
      <div className={classes.valuesNote}>
        <Explain error={options.error} title="The values could not be read" />
      </div>
    );
  }
  const { items = [], total = 0 } = options.data ?? {};
  return (
    <>
      <Combobox.Options className={classes.values} aria-label={`Values of ${label}`}>
        {items.map((o) => (
          <Combobox.Option key={o.id} value={o.id} className={classes.value}>
            <span>{o.name}</span>
            <span className="quiet">{o.id}</span>
          </Combobox.Option>
        ))}
        {items.length === 0 && <Combobox.Empty>{options.isFetching ? 'Reading values' : 'No value is called that'}</Combobox.Empty>}
      </Combobox.Options>
      {total > items.length && items.length > 0 && <div className={classes.valuesNote}>{`The first ${items.length} of ${total}. Search for the others.`}</div>}
    </>
  );
}
