import { CompletionContext } from '@codemirror/autocomplete';
import { EditorState } from '@codemirror/state';
import { describe, expect, test } from 'vitest';

import { completeSQL, masked, type Names, sourcesOf } from './sqlCompletion';

const tables: Record<string, string[]> = { transaction: ['id', 'tranid', 'entity'], customer: ['id', 'companyname'], 'sales.orders': ['id', 'total'] };
const names: Names = {
  tables: () => Promise.resolve(Object.keys(tables).map((name) => ({ name }))),
  columns: (table) => Promise.resolve((tables[table] ?? []).map((name) => ({ name, about: table }))),
};

/** What is offered where the text has a bar, with the text that it would replace. */
async function offered(text: string, explicit = false) {
  const pos = text.indexOf('|');
  const doc = text.replace('|', '');
  const result = await completeSQL(names)(new CompletionContext(EditorState.create({ doc }), pos, explicit));
  return result && { replaces: doc.slice(result.from, pos), labels: result.options.map((o) => o.label) };
}

describe('completes', () => {
  test('tables behind FROM', async () => expect(await offered('SELECT * FROM tr|')).toEqual({ replaces: 'tr', labels: Object.keys(tables) }));
  test('tables behind JOIN and a comma', async () => {
    expect((await offered('SELECT * FROM customer c JOIN |'))?.labels).toContain('transaction');
    expect((await offered('SELECT * FROM customer c, |'))?.labels).toContain('transaction');
  });
  test('columns behind an alias', async () => expect(await offered('SELECT t.tr| FROM transaction t')).toEqual({ replaces: 'tr', labels: ['id', 'tranid', 'entity'] }));
  test('columns behind an alias that AS gives, in any case', async () => expect((await offered('SELECT C.| FROM customer AS c'))?.labels).toEqual(['id', 'companyname']));
  test('columns behind a table’s own name', async () => expect((await offered('SELECT customer.| FROM customer WHERE id = 1'))?.labels).toEqual(['id', 'companyname']));
  test('columns and aliases of all tables', async () =>
    expect((await offered('SELECT c| FROM customer c JOIN transaction t ON t.entity = c.id'))?.labels).toEqual(['c', 't', 'id', 'companyname', 'tranid', 'entity']));
  test('tables of a schema', async () => expect(await offered('SELECT * FROM sales.o|')).toEqual({ replaces: 'o', labels: ['orders'] }));
  test('columns of a table with a schema', async () => expect((await offered('SELECT orders.| FROM sales.orders'))?.labels).toEqual(['id', 'total']));
});

describe('offers nothing', () => {
  test('in texts and comments', async () => {
    expect(await offered("SELECT id FROM customer WHERE companyname = 'from |'")).toBeNull();
    expect(await offered('SELECT id -- from |\nFROM customer')).toBeNull();
  });
  test('behind an unknown alias', async () => expect(await offered('SELECT x.| FROM customer c')).toBeNull());
  test('before anything is typed, unless it is asked for', async () => {
    expect(await offered('SELECT | FROM customer')).toBeNull();
    expect((await offered('SELECT | FROM customer', true))?.labels).toEqual(['id', 'companyname']);
  });
});

test('the tables of a query are found', () => {
  expect(sourcesOf("select * from transaction t, customer as c left join item on item.id = t.id where x in (select id from vendor) -- from nothing\nand y = 'from nowhere'")).toEqual([
    { table: 'transaction', alias: 't' },
    { table: 'customer', alias: 'c' },
    { table: 'item', alias: 'item' },
    { table: 'vendor', alias: 'vendor' },
  ]);
});

test('what is masked keeps its place', () => {
  const sql = "a 'b''c' /* d\ne */ -- f\ng";
  expect(masked(sql)).toHaveLength(sql.length);
  expect(masked(sql).replace(/ +/g, ' ')).toBe('a \n \ng');
});
