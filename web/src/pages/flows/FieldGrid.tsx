import { ActionIcon, Button, Group, Select, Stack, Text } from '@mantine/core';
import { IconAdjustments, IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';

import { type Path, pathText } from '../../flow/document';
import type { Schema } from '../../flow/schema';
import { useEditor } from './editor';
import classes from './grid.module.css';
import { fieldOfId } from './panes/mapping/choice';
import { NameInput } from './panes/mapping/NameInput';
import { useNames } from './panes/mapping/names';
import { ValuePicker } from './panes/mapping/ValuePicker';
import { words } from './SchemaField';
import { SchemaFields } from './SchemaFields';

type Row = Record<string, unknown>;

/** Where a field's value comes from, by the key of the flow file. */
const origins = [
  { value: 'from', label: 'From' },
  { value: 'value', label: 'Fixed' },
  { value: 'each', label: 'For each' },
] as const;
type Origin = (typeof origins)[number]['value'];

const inGrid = ['to', 'from', 'value', 'each', 'as', 'fields'];

function originOf(row: Row): Origin {
  return row.each !== undefined ? 'each' : row.value !== undefined ? 'value' : 'from';
}

const textOf = (value: unknown) => (value === undefined || value === null ? '' : String(value as string));

/** A mapping as a table: a row for each field, what is seldom needed behind a button. Lists have a table of their own within. */
export function FieldGrid({ schema, path, value, within = '' }: { schema: Schema; path: Path; value: unknown; within?: string }) {
  const { set, readOnly } = useEditor();
  const rows = Array.isArray(value) ? (value as Row[]) : [];
  const without = (n: number) => set(path, rows.length > 1 ? rows.filter((_, i) => i !== n) : undefined);
  return (
    <div>
      {rows.length > 0 && (
        <div className={classes.head} aria-hidden>
          <span>Field</span>
          <span>Comes from</span>
          <span />
          <span>As</span>
        </div>
      )}
      <Stack gap={6} component="ol" p={0} m={0} style={{ listStyle: 'none' }}>
        {rows.map((row, n) => (
          <FieldRow key={n} n={n} row={row} schema={schema} path={[...path, n]} within={within} onRemove={() => without(n)} />
        ))}
      </Stack>
      {!readOnly && (
        <Button mt="xs" variant="default" size="xs" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => set(rows.length ? [...path, rows.length] : path, rows.length ? { to: '', from: '' } : [{ to: '', from: '' }])}>
          Add a field
        </Button>
      )}
    </div>
  );
}

function FieldRow({ n, row, schema, path, within, onRemove }: { n: number; row: Row; schema: Schema; path: Path; within: string; onRemove: () => void }) {
  const names = useNames();
  const { set, problems, readOnly } = useEditor();
  const [open, setOpen] = useState(false);
  const origin = originOf(row);
  const name = textOf(row.to) || `field ${n + 1}`;
  const kinds = schema.properties?.as;
  const wrong = (key: string) => problems[pathText([...path, key])];
  const enter = (key: string, text: string) => set([...path, key], text === '' && key === 'as' ? undefined : text);
  const takes = readOnly || origin === 'each' ? undefined : names.choice([within, textOf(row.to)].filter(Boolean).join('.'));
  // A value that is chosen is a fixed one, by its ID.
  const pick = (id: string) => {
    set([...path, 'value'], id);
    if (origin !== 'value') set([...path, origin], undefined);
    if (takes) set([...path, 'to'], fieldOfId(takes, textOf(row.to)));
  };
  const choose = (next: Origin) => {
    if (next === origin) return;
    set([...path, next], textOf(row[origin]));
    set([...path, origin], undefined);
    if (next === 'each' && row.fields === undefined) set([...path, 'fields'], [{ to: '', from: '' }]);
    if (origin === 'each') set([...path, 'fields'], undefined);
  };
  const more = Object.keys(row).filter((k) => !inGrid.includes(k));
  const own = problems[pathText(path)];
  return (
    <li className={classes.field}>
      <div className={classes.row}>
        <NameInput className={classes.whole} label={`Field ${n + 1}`} placeholder="companyName" names={names.to(within)} value={textOf(row.to)} readOnly={readOnly} error={wrong('to')} onChange={(v) => enter('to', v)} />
        <Select className={classes.origin} aria-label={`Where ${name} comes from`} data={[...origins]} value={origin} readOnly={readOnly} allowDeselect={false} onChange={(v) => v && choose(v)} />
        <NameInput
          className={classes.source}
          label={`${origins.find((o) => o.value === origin)?.label}: ${name}`}
          placeholder={origin === 'value' ? '7' : 'this.name'}
          // Within a list's rows "this" is its element, whose fields the record's paths do not name.
          names={origin === 'value' || within !== '' ? [] : names.from.map((from) => ({ name: from, label: '' }))}
          value={textOf(row[origin])}
          readOnly={readOnly}
          error={wrong(origin)}
          onChange={(v) => enter(origin, v)}
          choose={takes && takes.type !== 'multiselect' ? <ValuePicker label={name} choice={takes} onPick={pick} /> : undefined}
        />
        {kinds?.enum ? (
          <Select className={classes.as} aria-label={`${name} as`} placeholder="as it is" data={words(kinds)} value={textOf(row.as) || null} clearable readOnly={readOnly} error={wrong('as')} onChange={(v) => enter('as', v ?? '')} clearButtonProps={{ 'aria-label': `${name} as it is` }} />
        ) : (
          <span />
        )}
        <Group gap={2} wrap="nowrap" className={classes.actions}>
          <ActionIcon variant={open ? 'light' : 'subtle'} color="gray" aria-expanded={open} aria-label={`More of ${name}${more.length > 0 ? `: ${more.join(', ')}` : ''}`} onClick={() => setOpen(!open)}>
            <IconAdjustments size={16} aria-hidden />
          </ActionIcon>
          {!readOnly && (
            <ActionIcon variant="subtle" color="gray" aria-label={`Remove ${name}`} onClick={onRemove}>
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          )}
        </Group>
      </div>
      {own && (
        <Text size="xs" c="var(--mantine-color-error)">
          {own}
        </Text>
      )}
      {!open && more.length > 0 && (
        <Text size="xs" c="dimmed" className={classes.more}>
          {more.map((k) => `${k}: ${typeof row[k] === 'object' ? '…' : textOf(row[k])}`).join(' · ')}
        </Text>
      )}
      {open && (
        <div className={classes.inner}>
          <SchemaFields schema={schema} path={path} value={row} omit={inGrid} show={['when', 'default', 'table', 'format', 'zone', 'split', 'join']} />
        </div>
      )}
      {origin === 'each' && (
        <div className={classes.inner}>
          <FieldGrid schema={schema.properties?.fields?.items ?? schema} path={[...path, 'fields']} value={row.fields} within={[within, textOf(row.to)].filter(Boolean).join('.')} />
        </div>
      )}
    </li>
  );
}
