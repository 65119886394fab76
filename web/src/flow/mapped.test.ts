import { expect, test } from 'vitest';

import type { Draft } from './document';
import { assigned, assignedByRows, flowUpTo, pathsIn, plainPath, targetOf } from './mapped';

const flow = {
  name: 'f',
  export: { connection: 'shop' },
  steps: [
    { map: 'a' },
    {
      branch: {
        paths: [
          { name: 'big', steps: [{ filter: { if: 'x' } }, { map: 'b' }, { import: { connection: 'netsuite', operation: 'upsert', netsuite: { record: 'salesOrder' } } }] },
          { name: 'rest', steps: [{ map: 'c' }] },
        ],
      },
    },
    { import: { connection: 'db', sql: { table: 'done' } } },
  ],
} as unknown as Draft;

test('a mapping makes what the next import writes', () => {
  expect(targetOf(flow, ['steps', 0])).toMatchObject({ connection: 'netsuite', record: 'salesOrder', operation: 'upsert' });
  expect(targetOf(flow, ['steps', 1, 'branch', 'paths', 0, 'steps', 1])).toMatchObject({ record: 'salesOrder' });
  expect(targetOf(flow, ['steps', 1, 'branch', 'paths', 1, 'steps', 0])).toMatchObject({ connection: 'db', table: 'done' });
  expect(targetOf(flow, ['steps', 2])).toBeUndefined();
});

test('a record comes to a step through those before it', () => {
  const up = flowUpTo(flow, ['steps', 1, 'branch', 'paths', 0, 'steps', 1]);
  expect(up.steps).toEqual([{ map: 'a' }, { filter: { if: 'x' } }]);
  expect(up.export).toEqual({ connection: 'shop' });
});

test('what a text assigns to', () => {
  expect(assigned('root.a = 1\n  root.b."c d" = this.x\nif root.z == 1 {}\n# root.n = 1\nroot = this\nlet root_x = 2')).toEqual(['a', 'b.c d', '']);
  expect(assigned('root.a == 1')).toEqual([]);
});

test('what rows and records have', () => {
  expect(assignedByRows([{ to: 'a' }, { to: 'item', each: 'this.l', fields: [{ to: 'item' }] }, { from: 'x' }])).toEqual(['a', 'item', 'item.item']);
  expect(pathsIn({ a: 1, b: null, item: { items: [{ q: 1 }, { r: 2 }] } })).toEqual(['a', 'item', 'item.items', 'item.items.q', 'item.items.r']);
  expect(plainPath('Item.items.quantity')).toBe('item.quantity');
});
