import { expect, test } from 'vitest';

import { insertStep, moveStep, pathText, read, removeStep, setAt } from './document';

const text = `# The shop's customers
name: customers-in
export:
  connection: shop # files
  csv:
    path: customers.csv
    columns: [no, name]
steps:
  # nobody without a name
  - filter:
      if: this.name != ""
      reason: no name
  - map: |
      root.a = 1
      root.b = "on"
  - import:
      connection: netsuite
      netsuite: {record: customer}
`;

test('a value changes and comments stay', () => {
  const now = setAt(text, ['export', 'connection'], 'other');
  expect(now).toContain('connection: other # files');
  expect(now).toContain("# The shop's customers");
  expect(now).toContain('  # nobody without a name\n  - filter:');
  expect(read(now).flow.export?.connection).toBe('other');
});

test('what is not touched keeps its meaning', () => {
  const before = read(text).flow;
  const now = read(setAt(text, ['description'], 'All of them')).flow;
  expect(now).toEqual({ ...before, description: 'All of them' });
});

test('a text of several lines is a block', () => {
  const now = setAt(text, ['steps', 1, 'map'], 'root = this\nroot.c = 2\n');
  expect(now).toContain('- map: |\n      root = this\n      root.c = 2\n');
});

test.each(['yes', 'On', '1_000', '007', '1e3', '0x1F', 'null', '~', '12:30', '- a', '# no comment', 'a: b', ' spaced ', ''])('the text %j stays a text', (value) => {
  const now = setAt(text, ['export', 'csv', 'null'], value);
  expect(read(now).flow.export?.csv?.null).toBe(value);
  if (/^[\w~]/.test(value) && value !== 'a: b') expect(now).toContain(`"null": "${value}"`);
});

test('a key is taken away', () => {
  expect(read(setAt(text, ['export', 'csv', 'columns'], undefined)).flow.export?.csv).toEqual({ path: 'customers.csv' });
  expect(setAt(text, ['export', 'sql', 'key'], undefined)).toBe(setAt(text, ['totals'], undefined));
});

test('a way is made to a new key', () => {
  expect(read(setAt('name: x\nexport:\n', ['export', 'suiteql', 'query'], 'SELECT 1')).flow.export).toEqual({ suiteql: { query: 'SELECT 1' } });
  expect(read(setAt('', ['name'], 'x')).flow).toEqual({ name: 'x' });
  expect(read(setAt(text, ['steps', 2, 'import', 'netsuite', 'replace'], ['item'])).flow.steps?.[2]?.import?.netsuite).toEqual({ record: 'customer', replace: ['item'] });
});

test('steps come, go and move with their comments', () => {
  const more = insertStep(text, 1, { map: 'root = this' });
  expect(read(more).flow.steps?.map((s) => Object.keys(s)[0])).toEqual(['filter', 'map', 'map', 'import']);
  expect(read(removeStep(more, 1)).flow).toEqual(read(text).flow);
  const moved = moveStep(text, 0, 1);
  expect(moved.indexOf('# nobody without a name')).toBeGreaterThan(moved.indexOf('root.a = 1'));
  expect(read(insertStep('name: x\nsteps: []\n', 0, { map: 'root = this' })).flow.steps).toEqual([{ map: 'root = this' }]);
  expect(read(insertStep('name: x\n', 0, { map: 'root = this' })).flow.steps).toEqual([{ map: 'root = this' }]);
});

test('a text that is not YAML is left alone', () => {
  const broken = 'name: [\n';
  expect(read(broken).error).toBeTruthy();
  expect(setAt(broken, ['name'], 'x')).toBe(broken);
});

test('paths are written as the server writes them', () => {
  expect(pathText(['steps', 1, 'import', 'netsuite', 'record'])).toBe('steps[1].import.netsuite.record');
  expect(pathText(['export', 'csv', 'join', 0, 'path'])).toBe('export.csv.join[0].path');
});
