import { NumberInput, Radio, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';

import type { Field, Option } from '../../../api/schema';
import { AccountInput } from './AccountInput';
import { ConnectionSelect } from './ConnectionSelect';
import { ConsumerKeySelect } from './ConsumerKeySelect';
import { SecretInput } from './SecretInput';
import { TimeZoneSelect } from './TimeZoneSelect';

/** What every field's input is given. */
export interface FieldProps {
  field: Field;
  id: string;
  value: string;
  /** What the server has: a secret's fingerprint, or the setting as it was opened. */
  stored?: string;
  required: boolean;
  error?: string;
  disabled?: boolean;
  onChange: (value: string) => void;
}

/** Other values of the form that some inputs look at. */
export interface FieldContext {
  kind: string;
  connection?: string;
  account: string;
  environment: string;
  /** The login tells the account, so it may stay empty. */
  accountObtained: boolean;
}

/** The input for a field: what it looks like follows from the kind's description. */
export function FieldInput({ context, ...props }: FieldProps & { context: FieldContext }) {
  const { field } = props;
  if (field.secret) return <SecretInput {...props} />;
  if (context.kind === 'netsuite' && field.name === 'account') return <AccountInput {...props} environment={context.environment} mayStayEmpty={context.accountObtained} />;
  if (field.options?.length) return isYesNo(field.options) ? <YesNo {...props} /> : <Options {...props} />;
  switch (field.format) {
    case 'integer':
      return <NumberInput {...common(props)} value={props.value} onChange={(v) => props.onChange(String(v))} min={field.min} max={field.max} allowDecimal={false} placeholder={field.default} maw={220} />;
    case 'text':
      return <Textarea {...common(props)} value={props.value} onChange={(e) => props.onChange(e.currentTarget.value)} autosize minRows={3} maxRows={12} spellCheck={false} ff="monospace" />;
    case 'time-zone':
      return <TimeZoneSelect {...props} />;
    case 'consumer-key':
      return <ConsumerKeySelect {...props} account={context.account} />;
    case 'connection':
      return <ConnectionSelect {...props} kind={context.kind} except={context.connection} />;
    default:
      return (
        <TextInput
          {...common(props)}
          value={props.value}
          onChange={(e) => props.onChange(e.currentTarget.value)}
          type={field.format === 'url' ? 'url' : 'text'}
          placeholder={field.default || (field.format === 'url' ? 'https://' : undefined)}
          spellCheck={false}
          autoComplete="off"
        />
      );
  }
}

/** What all of Mantine's inputs take alike. */
export function common({ field, id, required, error, disabled }: FieldProps) {
  return { id, label: field.label, description: field.help, withAsterisk: required, 'aria-required': required, 'aria-invalid': error ? true : undefined, error, disabled };
}

function isYesNo(options: Option[]): boolean {
  return options.length === 2 && options.every((o) => o.value === 'yes' || o.value === 'no');
}

function YesNo(props: FieldProps) {
  const { field, value, disabled, onChange } = props;
  const chosen = value || field.default || 'no';
  return (
    <Radio.Group {...common(props)} value={chosen} onChange={onChange}>
      <Stack gap={6} mt={6}>
        {field.options?.map((o) => (
          <Radio key={o.value} value={o.value} label={o.label} disabled={disabled} />
        ))}
      </Stack>
    </Radio.Group>
  );
}

function Options(props: FieldProps) {
  const { field, value, stored, onChange } = props;
  const options = (field.options ?? []).filter((o) => !o.retired || o.value === stored || o.value === value);
  const chosen = options.find((o) => o.value === (value || field.default));
  return (
    <>
      <Select
        {...common(props)}
        data={options.map((o) => ({ value: o.value, label: o.label, disabled: o.retired }))}
        value={chosen?.value ?? null}
        onChange={(v) => onChange(v ?? '')}
        allowDeselect={false}
        clearable={!field.required && !field.default}
        placeholder={field.required || field.default ? undefined : 'Not chosen'}
        maxDropdownHeight={360}
        renderOption={({ option }) => (
          <div>
            <Text size="sm">{option.label}</Text>
            <Text size="xs" c="dimmed">
              {options.find((o) => o.value === option.value)?.help}
            </Text>
          </div>
        )}
      />
      {chosen?.help && (
        <Text size="xs" c={chosen.retired ? 'var(--status-bad)' : 'dimmed'} mt={4}>
          {chosen.help}
        </Text>
      )}
    </>
  );
}
