import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

const source = import.meta.dirname;
const styles = join(source, '../node_modules/@mantine/core/styles');
const listed = [...readFileSync(join(source, 'mantine.ts'), 'utf8').matchAll(/@mantine\/core\/styles\/([\w-]+)\.css/g)].map((m) => m[1] ?? '');

test('the styles are in the order of Mantine’s own file', () => {
  const all = readFileSync(join(styles, '../styles.css'), 'utf8');
  const places = listed.map((name) => all.indexOf(readFileSync(join(styles, `${name}.css`), 'utf8').trim().slice(0, 400)));
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
});

// Components that are drawn by others and have styles of their own, and their
// other names.
const within: Record<string, string[]> = {
  Autocomplete: ['Combobox', 'Input'],
  MultiSelect: ['Combobox', 'PillsInput', 'Pill', 'Input'],
  TagsInput: ['Combobox', 'PillsInput', 'Pill', 'Input'],
  Select: ['Combobox', 'Input', 'ScrollArea'],
  TextInput: ['Input'],
  Textarea: ['Input'],
  NativeSelect: ['Input'],
  NumberInput: ['Input'],
  PasswordInput: ['Input'],
  Checkbox: ['InlineInput', 'CheckboxIndicator'],
  Switch: ['InlineInput'],
  Radio: ['InlineInput', 'RadioIndicator'],
  Drawer: ['ModalBase', 'Overlay', 'CloseButton'],
  Modal: ['ModalBase', 'Overlay', 'CloseButton'],
  Menu: ['Popover'],
  HoverCard: ['Popover'],
  SegmentedControl: ['FloatingIndicator'],
  Button: ['Loader'],
};

test('every component in use has its styles', () => {
  const known = new Set(readdirSync(styles).map((f) => f.replace(/(\.layer)?\.css$/, '')));
  const used = new Set<string>();
  for (const file of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
    if (!/\.tsx?$/.test(file)) continue;
    for (const [, names] of readFileSync(join(source, file), 'utf8').matchAll(/import \{([^}]*)\} from '@mantine\/core'/g)) {
      for (const name of names?.split(',') ?? []) {
        const plain = name.replace(/\btype\b/, '').trim();
        for (const part of [plain, ...(within[plain] ?? [])]) if (known.has(part)) used.add(part);
      }
    }
  }
  expect([...used].filter((name) => !listed.includes(name))).toEqual([]);
});
