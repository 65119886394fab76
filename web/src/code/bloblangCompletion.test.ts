import { type CompletionResult, CompletionContext } from '@codemirror/autocomplete';
import { EditorState } from '@codemirror/state';
import { describe, expect, test } from 'vitest';

import { completeBloblang, inShort, valueAt } from './bloblangCompletion';

const record = { name: 'Ada', address: { city: 'Köln', 'post code': '1' }, lines: [{ qty: 2 }] };
const source = completeBloblang({ record, targets: (path) => (path.length === 0 ? [{ name: 'companyName', about: 'Company Name' }] : path[0] === 'entity' ? [{ name: 'id' }] : []) });

function offered(text: string, explicit = false) {
  const pos = text.indexOf('|');
  const result = source(new CompletionContext(EditorState.create({ doc: text.replace('|', '') }), pos, explicit)) as CompletionResult | null;
  return result?.options.map((o) => (typeof o.apply === 'string' ? o.apply : o.label));
}

describe('completes', () => {
  test('fields of the record', () => expect(offered('root.a = this.|')).toEqual(['name', 'address', 'lines']));
  test('fields within, written as they have to be', () => expect(offered('root.a = this.address.|')?.slice(0, 2)).toEqual(['city', '"post code"']));
  test('methods of a value', () => expect(offered('root.a = this.name.|')).toContain('trim()'));
  test('fields of what is made', () => expect(offered('root.c|')).toEqual(['companyName']));
  test('fields of a part of it', () => expect(offered('root.entity.|')).toEqual(['id']));
  test('methods behind a call', () => expect(offered('root.a = this.name.trim().|')).toContain('uppercase()'));
  test('words', () => expect(offered('ro|')).toContain('root'));
});

describe('offers nothing', () => {
  test('in a comment', () => expect(offered('# this.|')).toBeUndefined());
  test('in a text', () => expect(offered('root.a = "this.|')).toBeUndefined());
  test('before anything is typed, unless it is asked for', () => {
    expect(offered('root.a = |')).toBeUndefined();
    expect(offered('root.a = |', true)).toContain('this');
  });
});

test('a value is found by its path', () => {
  expect(valueAt(record, ['lines', '0', 'qty'])).toBe(2);
  expect(valueAt(record, ['name', 'x'])).toBeUndefined();
  expect(inShort(record.lines)).toBe('1 element');
  expect(inShort('x'.repeat(50))).toHaveLength(41);
});

describe('values that a field takes', () => {
  const subsidiaries = [
    { id: '1', name: 'Larkfield Outdoor' },
    { id: '2', name: 'Larkfield Nordic' },
  ];
  const choosing = completeBloblang({ values: (path) => (path === 'subsidiary' ? (part) => Promise.resolve(subsidiaries.filter((s) => s.name.includes(part))) : undefined) });
  const found = async (text: string, explicit = false) => {
    const pos = text.indexOf('|');
    const result = await choosing(new CompletionContext(EditorState.create({ doc: text.replace('|', '') }), pos, explicit));
    return result?.options.map((o) => [o.label, o.apply]);
  };
  test('are found by name, and written as IDs', async () => expect(await found('root.subsidiary.id = "Nord|"')).toEqual([['Larkfield Nordic', '2']]));
  test('come with their quotes where there are none', async () => expect((await found('root.subsidiary.id = |', true))?.[0]).toEqual(['Larkfield Outdoor', '"1"']));
  test('are not asked for unless somebody wants them', async () => expect(await found('root.subsidiary.id = |')).toBeUndefined());
  test('belong to the ID of a field that has some', async () => {
    expect(await found('root.subsidiary.name = "|')).toBeUndefined();
    expect(await found('root.memo.id = "|')).toBeUndefined();
  });
});
