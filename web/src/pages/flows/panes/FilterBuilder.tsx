import { ActionIcon, Autocomplete, Button, Group, Input, Select, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useId, useState } from 'react';

import type { RecordField } from '../../../api/schema';
import { type Condition, filterText, operatorOf, operatorsOf, parseFilter } from '../../../flow/recordFilter';
import { CodeField } from './CodeField';
import classes from './filter.module.css';
import { OptionInput } from './OptionInput';

interface Props {
  label: string;
  description?: string;
  error?: string;
  readOnly: boolean;
  connection: string | undefined;
  recordType: string | undefined;
  fields: RecordField[];
  value: string;
  onChange: (value: string) => void;
}

const fresh = (joiner: Condition['joiner'] = 'AND'): Condition => ({ joiner, field: '', operator: 'IS', values: [''] });

/** The conditions of a record filter as rows; its text beside them, which may say more. */
export function FilterBuilder({ label, description, error, readOnly, value, onChange, ...of }: Props) {
  const [rows, setRows] = useState(() => parseFilter(value));
  const [asText, setAsText] = useState(rows === undefined);
  const [said, setSaid] = useState(value);
  const id = useId();
  // The text was changed elsewhere, by the page's undo or in the file.
  if (said !== value) {
    setSaid(value);
    const read = parseFilter(value);
    setRows(read);
    if (!read) setAsText(true);
  }
  const take = (next: Condition[]) => {
    const text = filterText(next);
    setRows(next);
    setSaid(text);
    onChange(text);
  };
  const change = (n: number, part: Partial<Condition>) => rows && take(rows.map((r, i) => (i === n ? { ...r, ...part } : r)));
  const readable = rows !== undefined;
  return (
    <Input.Wrapper label={label} description={description} error={asText ? undefined : error} labelElement="div" labelProps={{ id }} role="group" aria-labelledby={id}>
      <Stack gap={8} mt={6}>
        {asText ? (
          <CodeField
            label={`${label} as text`}
            readOnly={readOnly}
            error={error}
            language="text"
            value={value}
            minLines={2}
            maxLines={8}
            placeholder='companyName START_WITH "A" AND isInactive IS false'
            onChange={(text) => {
              setSaid(text);
              setRows(parseFilter(text));
              onChange(text);
            }}
          />
        ) : (
          rows?.map((row, n) => <Row key={n} n={n} row={row} readOnly={readOnly} {...of} onChange={(part) => change(n, part)} onRemove={() => take(rows.filter((_, i) => i !== n))} />)
        )}
        {!asText && rows?.some((r) => r.joiner === 'OR') && rows.some((r, n) => n > 0 && r.joiner === 'AND') && (
          <Text size="xs" c="dimmed">
            Conditions joined by “and” belong together before those joined by “or”.
          </Text>
        )}
        <Group gap="xs">
          {!readOnly && !asText && (
            <Button variant="default" size="xs" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setRows([...(rows ?? []), fresh()])}>
              Add a condition
            </Button>
          )}
          <Button variant="subtle" size="xs" disabled={asText && !readable} onClick={() => setAsText(!asText)}>
            {asText ? 'Edit as conditions' : 'Edit as text'}
          </Button>
          {asText && !readable && (
            <Text size="xs" c="dimmed">
              This filter says more than rows of conditions can show.
            </Text>
          )}
        </Group>
      </Stack>
    </Input.Wrapper>
  );
}

interface RowProps extends Pick<Props, 'readOnly' | 'connection' | 'recordType' | 'fields'> {
  n: number;
  row: Condition;
  onChange: (part: Partial<Condition>) => void;
  onRemove: () => void;
}

function Row({ n, row, readOnly, connection, recordType, fields, onChange, onRemove }: RowProps) {
  const field = fields.find((f) => f.name.toLowerCase() === row.field.toLowerCase());
  const operators = operatorsOf(field?.type);
  const known = operators.some((o) => o.word === row.operator) ? operators : [...operators, ...[operatorOf(row.operator)].filter((o) => o !== undefined)];
  const takes = operatorOf(row.operator)?.values ?? 1;
  const name = row.field || `condition ${n + 1}`;
  const filterable = fields.some((f) => f.filter) ? fields.filter((f) => f.filter) : fields;
  const setField = (text: string) => {
    const next = fields.find((f) => f.name.toLowerCase() === text.toLowerCase());
    const fits = !next || operatorsOf(next.type).some((o) => o.word === row.operator);
    onChange(fits ? { field: text } : { field: text, operator: operatorsOf(next.type)[0]?.word ?? 'IS' });
  };
  return (
    <div className={classes.row}>
      {n > 0 ? (
        <Select className={classes.joiner} aria-label={`How ${name} is joined`} data={[{ value: 'AND', label: 'and' }, { value: 'OR', label: 'or' }]} value={row.joiner} readOnly={readOnly} allowDeselect={false} onChange={(v) => v && onChange({ joiner: v as Condition['joiner'] })} />
      ) : (
        <Text className={classes.joiner} size="sm" c="dimmed">
          Where
        </Text>
      )}
      <Autocomplete
        className={classes.name}
        aria-label={`Field of condition ${n + 1}`}
        placeholder="Field"
        spellCheck={false}
        readOnly={readOnly}
        limit={200}
        data={[...new Set(filterable.map((f) => f.name))]}
        filter={({ options, search }) => {
          const text = search.toLowerCase();
          const label = (of: string) => fields.find((f) => f.name === of)?.label.toLowerCase() ?? '';
          return options.filter((o) => 'value' in o && (o.value.toLowerCase().includes(text) || label(o.value).includes(text)));
        }}
        renderOption={({ option }) => (
          <span className={classes.option}>
            <span>{fields.find((f) => f.name === option.value)?.label ?? option.value}</span>
            <span className="quiet">{option.value}</span>
          </span>
        )}
        value={row.field}
        onChange={setField}
      />
      <Select className={classes.operator} aria-label={`How ${name} compares`} data={known.map((o) => ({ value: o.word, label: o.label }))} value={row.operator} readOnly={readOnly} allowDeselect={false} onChange={(v) => v && onChange({ operator: v })} />
      <div className={classes.values}>
        {takes === 'many' && (field?.type === 'select' || field?.type === 'reference' || field?.type === 'multiselect') && (
          <OptionInput label={`Values of ${name}`} connection={connection} recordType={recordType} field={field.name} readOnly={readOnly} values={row.values.filter((v) => v !== '')} onChange={(values) => onChange({ values })} />
        )}
        {takes === 'many' && !(field?.type === 'select' || field?.type === 'reference' || field?.type === 'multiselect') && (
          <TagsInput aria-label={`Values of ${name}`} placeholder="Enter after each" acceptValueOnBlur readOnly={readOnly} value={row.values.filter((v) => v !== '')} onChange={(values) => onChange({ values })} />
        )}
        {takes === 1 && field?.type === 'boolean' && (
          <Select aria-label={`Value of ${name}`} data={[{ value: 'true', label: 'true' }, { value: 'false', label: 'false' }]} value={row.values[0] || null} readOnly={readOnly} onChange={(v) => onChange({ values: [v ?? ''] })} />
        )}
        {(takes === 1 || takes === 2) &&
          field?.type !== 'boolean' &&
          Array.from({ length: takes }, (_, i) => (
            <TextInput
              key={i}
              aria-label={takes === 1 ? `Value of ${name}` : `${i === 0 ? 'From' : 'To'}: ${name}`}
              placeholder={field?.type === 'date' || field?.type === 'datetime' ? 'As the user writes dates' : 'Value'}
              readOnly={readOnly}
              spellCheck={false}
              value={row.values[i] ?? ''}
              onChange={(e) => onChange({ values: Array.from({ length: takes }, (_, k) => (k === i ? e.currentTarget.value : (row.values[k] ?? ''))) })}
            />
          ))}
      </div>
      {!readOnly && (
        <ActionIcon className={classes.remove} variant="subtle" color="gray" size={36} aria-label={`Remove ${name}`} onClick={onRemove}>
          <IconTrash size={16} aria-hidden />
        </ActionIcon>
      )}
    </div>
  );
}
