import { Select, type SelectProps, Text } from '@mantine/core';

import { roles } from './roles';

type Props = Omit<SelectProps, 'data' | 'value' | 'onChange'> & { value: string; onChange: (role: string) => void; among?: readonly { value: string; label: string; about: string }[] };

/** Chooses a role; each says what it may do. */
export function RoleSelect({ value, onChange, among = roles, ...props }: Props) {
  return (
    <Select
      label="Role"
      {...props}
      description={among.find((r) => r.value === value)?.about}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      data={among.map(({ value: v, label }) => ({ value: v, label }))}
      value={value}
      allowDeselect={false}
      onChange={(v) => v && onChange(v)}
      renderOption={({ option }) => (
        <div>
          <Text size="sm">{option.label}</Text>
          <Text size="xs" c="dimmed">
            {among.find((r) => r.value === option.value)?.about}
          </Text>
        </div>
      )}
    />
  );
}
