import { describe, expect, test } from 'vitest';
import { parseDocument } from 'yaml';

import { addExport, type Draft, type DraftStep, duplicateStep, emptied, insertStep, moveStep, type Path, pathAfterInsertion, pathAfterRemoval, pathText, removeStep, setAt, spotAfterTransfer, transferStep } from './document';

/** What a text says. */
const read = (text: string) => ({ flow: (parseDocument(text).toJS() ?? {}) as Draft });

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
  expect(parseDocument(broken).errors).not.toEqual([]);
  expect(setAt(broken, ['name'], 'x')).toBe(broken);
});

test('paths are written as the server writes them', () => {
  expect(pathText(['steps', 1, 'import', 'netsuite', 'record'])).toBe('steps[1].import.netsuite.record');
  expect(pathText(['export', 'csv', 'join', 0, 'path'])).toBe('export.csv.join[0].path');
});

describe('steps of branches', () => {
  const branched = `name: a
export:
  connection: files # where from
steps:
  # first
  - name: f
    filter:
      if: this.a
  - name: split
    branch:
      paths:
        - name: eu
          steps:
            # inner
            - name: m
              map: root = this
        - name: rest
  - import:
      connection: erp
`;
  const eu: Path = ['steps', 1, 'branch', 'paths', 0, 'steps'];
  const rest: Path = ['steps', 1, 'branch', 'paths', 1, 'steps'];
  const names = (text: string) => {
    const { steps = [] } = read(text).flow;
    const inner = (step: DraftStep | undefined) => (step?.branch?.paths ?? []).map((p) => (p.steps ?? []).map((s) => s.name ?? Object.keys(s)[0]));
    return { top: steps.map((s) => s.name ?? Object.keys(s)[0]), paths: inner(steps.find((s) => s.branch)) };
  };

  test('are moved into a path, with their comments', () => {
    const moved = transferStep(branched, { list: ['steps'], at: 0 }, { list: eu, at: 1 });
    expect(names(moved)).toEqual({ top: ['split', 'import'], paths: [['m', 'f'], []] });
    expect(moved).toContain('# first\n            - name: f');
    expect(spotAfterTransfer({ list: ['steps'], at: 0 }, { list: eu, at: 1 })).toEqual({ list: ['steps', 0, 'branch', 'paths', 0, 'steps'], at: 1 });
  });

  test('are moved into a path without steps', () => {
    const moved = transferStep(branched, { list: eu, at: 0 }, { list: rest, at: 0 });
    expect(names(moved)).toEqual({ top: ['f', 'split', 'import'], paths: [[], ['m']] });
    expect(moved).toContain('# inner');
  });

  test('are moved out, and within their list', () => {
    expect(names(transferStep(branched, { list: eu, at: 0 }, { list: ['steps'], at: 3 })).top).toEqual(['f', 'split', 'import', 'm']);
    expect(names(transferStep(branched, { list: ['steps'], at: 0 }, { list: ['steps'], at: 3 })).top).toEqual(['split', 'import', 'f']);
    expect(transferStep(branched, { list: ['steps'], at: 1 }, { list: eu, at: 0 })).toBe(branched);
    expect(names(transferStep(branched, { list: ['steps'], at: 2 }, { list: ['steps'], at: 0 })).top).toEqual(['import', 'f', 'split']);
    expect(spotAfterTransfer({ list: ['steps'], at: 0 }, { list: ['steps'], at: 3 })).toEqual({ list: ['steps'], at: 2 });
  });

  test('are doubled with names of their own', () => {
    const doubled = duplicateStep(branched, { list: ['steps'], at: 1 });
    const { steps = [] } = read(doubled).flow;
    expect(steps.map((s) => s.name)).toEqual(['f', 'split', 'split-2', undefined]);
    expect(steps[2]?.branch?.paths?.map((p) => p.name)).toEqual(['eu', 'rest']);
    expect(steps[2]?.branch?.paths?.[0]?.steps?.map((s) => s.name)).toEqual(['m-2']);
    expect(read(duplicateStep(doubled, { list: ['steps'], at: 2 })).flow.steps?.[3]?.name).toBe('split-3');
  });

  test('have other paths when one before them has gone', () => {
    const gone = { list: ['steps'], at: 1 };
    expect(pathAfterRemoval(['steps', 0], gone)).toEqual(['steps', 0]);
    expect(pathAfterRemoval(eu, gone)).toBeUndefined();
    expect(pathAfterRemoval(['steps', 2, 'import'], gone)).toEqual(['steps', 1, 'import']);
    expect(pathAfterRemoval(['export'], gone)).toEqual(['export']);
    expect(pathAfterInsertion(eu, gone)).toEqual(['steps', 2, 'branch', 'paths', 0, 'steps']);
    expect(pathAfterInsertion(['steps', 0], gone)).toEqual(['steps', 0]);
    expect(pathAfterRemoval([...eu, 4], { list: eu, at: 2 })).toEqual([...eu, 3]);
  });
});

test('a second export joins the first, which keeps its comments', () => {
  const two = addExport('name: a\n# shop\nexport:\n  connection: files # where from\nsteps: []\n');
  expect(two).toBe('name: a\n# shop\nexports:\n  - connection: files # where from\n  - name: export-2\n    connection: ""\nsteps: []\n');
  expect(read(addExport(two)).flow.exports?.map((e) => e.name)).toEqual([undefined, 'export-2', 'export-3']);
  expect(read(addExport('name: a\n')).flow.exports).toHaveLength(2);
});

test('a value that goes takes the objects along that it alone was in', () => {
  const flow = { errors: { keep: { days: 3 }, trace: 'this.id' }, pages: { size: 5 } } as never;
  expect(emptied(flow, ['pages', 'size'])).toEqual(['pages']);
  expect(emptied(flow, ['errors', 'keep', 'days'])).toEqual(['errors', 'keep']);
  expect(emptied(flow, ['errors', 'trace'])).toEqual(['errors', 'trace']);
  expect(emptied(flow, ['pages', 'bytes'])).toEqual(['pages', 'bytes']);
  expect(emptied({ errors: { keep: { days: 3 } } } as never, ['errors', 'keep', 'days'])).toEqual(['errors']);
});
