import { ActionIcon, Button, Checkbox, Fieldset, Group, NumberInput, Select, Stack, TagsInput, Textarea, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';

import { isCondition } from '../../flow/condition';
import { type Path, pathText } from '../../flow/document';
import { formOf, labelOf, type Schema } from '../../flow/schema';
import { useEditor } from './editor';
import { PairGrid } from './PairGrid';
import { ConditionField } from './panes/ConditionField';
import { SchemaFields } from './SchemaFields';

interface Props {
  name: string;
  schema: Schema;
  required?: boolean;
  path: Path;
  value: unknown;
  /** What the field is called where its name does not say it. */
  label?: string;
  /** Of a text of several lines. */
  minRows?: number;
}

/** One field of a flow file, entered as fits it. */
export function SchemaField({ name, schema, required, path, value, label, minRows }: Props) {
  const { set, problems, readOnly } = useEditor();
  const common = { label: label ?? labelOf(name), description: schema.description, required, readOnly, error: problems[pathText(path)] };
  const text = value === undefined || value === null ? '' : String(value);
  const setText = (t: string) => set(path, t === '' ? undefined : t);
  switch (formOf(name, schema)) {
    case 'choice':
      return <Select {...common} data={words(schema)} value={(value === null ? 'null' : text) || null} clearable={!required} onChange={(v) => set(path, v ?? undefined)} />;
    case 'lines':
      return <Lines {...common} minRows={minRows} code={name !== 'description'} value={text} onChange={setText} />;
    case 'code':
      if (isCondition(path)) return <ConditionField {...common} path={path} value={text} onChange={setText} />;
      return <TextInput {...common} value={text} onChange={(e) => setText(e.currentTarget.value)} spellCheck={false} styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }} />;
    case 'number':
      return <NumberInput {...common} allowDecimal={false} min={schema.minimum} max={schema.maximum} value={typeof value === 'number' ? value : ''} onChange={(v) => set(path, typeof v === 'number' ? v : undefined)} />;
    case 'tick':
      return <Checkbox label={common.label} description={common.description} error={common.error} disabled={readOnly} checked={value === true} onChange={(e) => set(path, e.currentTarget.checked || undefined)} />;
    case 'list':
      return <List {...common} value={value} onChange={(v) => set(path, v)} />;
    case 'pairs':
      return <PairGrid {...common} value={value} onChange={(v) => set(path, v)} />;
    case 'group':
      return <FieldGroup name={name} schema={schema} path={path} value={value} />;
    case 'groups':
      return <Groups name={name} schema={schema} path={path} value={value} />;
    default:
      return <TextInput {...common} value={text} onChange={(e) => setText(e.currentTarget.value)} spellCheck={false} />;
  }
}

/** The values to choose from. */
export function words(schema: Schema): string[] {
  return (schema.enum ?? []).filter((word) => word !== null);
}

interface Common {
  label: string;
  description?: string;
  required?: boolean;
  readOnly?: boolean;
  error?: string;
}

/** A text of several lines. Blanks at its end, which no one sees, go when it is left. */
export function Lines({ code = true, value, onChange, minRows = 3, ...common }: Common & { code?: boolean; value: string; onChange: (value: string) => void; minRows?: number }) {
  const tidy = () => {
    const plain = value.replace(/[ \t]+$/gm, '').trimEnd();
    const tidied = plain.includes('\n') ? `${plain}\n` : plain;
    if (tidied !== value) onChange(tidied);
  };
  return (
    <Textarea
      {...common}
      autosize
      minRows={minRows}
      maxRows={24}
      spellCheck={!code}
      value={value}
      onChange={(e) => onChange(e.currentTarget.value)}
      onBlur={tidy}
      styles={code ? { input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13 } } : undefined}
    />
  );
}

function List({ value, onChange, description, ...common }: Common & { value: unknown; onChange: (value: string[] | undefined) => void }) {
  const list = Array.isArray(value) ? value.map(String) : [];
  return <TagsInput {...common} description={`${description ?? ''} Press Enter after each.`.trim()} allowDuplicates acceptValueOnBlur value={list} onChange={(v) => onChange(v.length ? v : undefined)} />;
}

function FieldGroup({ name, schema, path, value }: Omit<Props, 'required'>) {
  const { set, readOnly } = useEditor();
  const label = labelOf(name);
  if (value === undefined) {
    return (
      <Group gap="sm">
        <Button variant="default" size="xs" disabled={readOnly} leftSection={<IconPlus size={14} aria-hidden />} onClick={() => set(path, {})}>
          {label}
        </Button>
        <span className="quiet">{schema.description}</span>
      </Group>
    );
  }
  return (
    <Fieldset legend={label} pos="relative">
      <Stack gap="sm">
        <SchemaFields schema={schema} path={path} value={value as Record<string, unknown>} />
        {!readOnly && <Remove label={`Remove ${label.toLowerCase()}`} onClick={() => set(path, undefined)} />}
      </Stack>
    </Fieldset>
  );
}

function Groups({ name, schema, path, value }: Omit<Props, 'required'>) {
  const { set, readOnly } = useEditor();
  const list = Array.isArray(value) ? (value as Record<string, unknown>[]) : [];
  const label = labelOf(name);
  const without = (n: number) => set(path, list.length > 1 ? list.filter((_, i) => i !== n) : undefined);
  return (
    <Stack gap="sm">
      {list.map((item, n) => (
        <Fieldset key={n} legend={list.length > 1 ? `${label} ${n + 1}` : label} pos="relative">
          <Stack gap="sm">
            {schema.items && <SchemaFields schema={schema.items} path={[...path, n]} value={item} show={schema.items.oneOf?.[0]?.required} />}
            {!readOnly && <Remove label={`Remove ${label.toLowerCase()} ${n + 1}`} onClick={() => without(n)} />}
          </Stack>
        </Fieldset>
      ))}
      <Group gap="sm">
        <Button variant="default" size="xs" disabled={readOnly} leftSection={<IconPlus size={14} aria-hidden />} onClick={() => set(list.length ? [...path, list.length] : path, list.length ? {} : [{}])}>
          {list.length ? `Add to ${label.toLowerCase()}` : label}
        </Button>
        {list.length === 0 && <span className="quiet">{schema.description}</span>}
      </Group>
    </Stack>
  );
}

function Remove({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <ActionIcon variant="subtle" color="gray" pos="absolute" top={-12} right={8} bg="var(--mantine-color-body)" aria-label={label} onClick={onClick}>
      <IconTrash size={16} aria-hidden />
    </ActionIcon>
  );
}
