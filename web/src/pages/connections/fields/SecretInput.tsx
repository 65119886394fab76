import { Button, Code, Group, Input, PasswordInput, Text, Textarea } from '@mantine/core';
import { useId, useRef, useState } from 'react';

import { common, type FieldProps } from './FieldInput';

/** A secret: written, never read back. One that is stored shows as its fingerprint. */
export function SecretInput(props: FieldProps) {
  const { field, id, value, stored, error, disabled, onChange } = props;
  const [replacing, setReplacing] = useState(false);
  const replace = useRef<HTMLButtonElement>(null);
  const label = useId();
  // The focus goes where the button was: into the input that takes its place, and back.
  const open = () => {
    setReplacing(true);
    setTimeout(() => document.getElementById(id)?.focus());
  };
  if (stored && !replacing && value === '') {
    return (
      <Input.Wrapper label={field.label} labelElement="div" labelProps={{ id: label }} description={field.help} error={error}>
        <Group gap="sm" mt={4} role="group" aria-labelledby={label}>
          <Code>{stored}</Code>
          <Text size="xs" c="dimmed">
            Stored; it is not shown again
          </Text>
          {!disabled && (
            <Button ref={replace} id={id} variant="default" size="compact-sm" aria-label={`Replace ${field.label}`} onClick={open}>
              Replace
            </Button>
          )}
        </Group>
      </Input.Wrapper>
    );
  }
  const keep = () => {
    onChange('');
    setReplacing(false);
    setTimeout(() => replace.current?.focus());
  };
  return (
    <div>
      {field.format === 'text' ? (
        <Textarea {...common(props)} value={value} onChange={(e) => onChange(e.currentTarget.value)} autosize minRows={3} maxRows={10} spellCheck={false} autoComplete="off" ff="monospace" />
      ) : (
        <PasswordInput
          {...common(props)}
          value={value}
          onChange={(e) => onChange(e.currentTarget.value)}
          autoComplete="new-password"
          spellCheck={false}
          visibilityToggleButtonProps={{ 'aria-label': `Show ${field.label}`, tabIndex: 0 }}
        />
      )}
      {stored && (
        <Button variant="subtle" size="compact-xs" mt={4} onClick={keep}>
          Keep the stored one
        </Button>
      )}
    </div>
  );
}
