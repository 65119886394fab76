import { Select } from '@mantine/core';
import { useMemo } from 'react';

import { common, type FieldProps } from './FieldInput';

/** Hours and minutes from UTC now, as in UTC+02:00. */
function offsetOf(zone: string): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts();
  const text = parts.find((p) => p.type === 'timeZoneName')?.value ?? '';
  return text === 'GMT' ? 'UTC' : text.replace('GMT', 'UTC');
}

/** A time zone by its name; searching finds cities and offsets. */
export function TimeZoneSelect(props: FieldProps) {
  const { value, onChange } = props;
  const zones = useMemo(() => {
    const names = new Set(['UTC', ...Intl.supportedValuesOf('timeZone'), ...(value ? [value] : [])]);
    return [...names].map((name) => ({ value: name, label: `${name.replaceAll('_', ' ')} (${offsetOf(name)})` }));
  }, [value]);
  return (
    <Select
      {...common(props)}
      data={zones}
      value={value || null}
      onChange={(v) => onChange(v ?? '')}
      searchable
      clearable
      limit={80}
      placeholder="The zone that NetSuite tells"
      nothingFoundMessage="No time zone has that name"
      maxDropdownHeight={320}
    />
  );
}
