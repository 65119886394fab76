import { Select } from '@mantine/core';

import { query } from '../../../api/client';
import { common, type FieldProps } from './FieldInput';

/** Another connection of the same kind. */
export function ConnectionSelect({ kind, except, ...props }: FieldProps & { kind: string; except?: string }) {
  const connections = query.useQuery('get', '/api/v1/connections');
  const names = (connections.data?.items ?? []).filter((c) => c.kind === kind && c.name !== except).map((c) => c.name);
  const data = props.value && !names.includes(props.value) ? [...names, props.value] : names;
  return (
    <Select
      {...common(props)}
      data={data}
      value={props.value || null}
      onChange={(v) => props.onChange(v ?? '')}
      searchable
      clearable
      placeholder="None"
      nothingFoundMessage="There is no other connection of this application"
    />
  );
}
