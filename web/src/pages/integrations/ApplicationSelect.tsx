import { Select } from '@mantine/core';

import { query } from '../../api/client';

interface ApplicationSelectProps {
  value: string;
  disabled?: boolean;
  error?: React.ReactNode;
  onChange: (application: string) => void;
}

/** What stands at the other side of NetSuite, of the applications that the set-up guide knows. */
export function ApplicationSelect({ value, onChange, ...props }: ApplicationSelectProps) {
  const applications = query.useQuery('get', '/api/v1/guide/applications');
  return (
    <Select
      label="Application"
      description="What stands at the other side of NetSuite, where the set-up guide knows it."
      data={(applications.data?.items ?? []).map((a) => ({ value: a.id, label: a.name }))}
      clearable
      searchable
      placeholder="None of them"
      value={value || null}
      onChange={(chosen) => onChange(chosen ?? '')}
      {...props}
    />
  );
}
