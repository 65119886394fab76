import { expect, test } from 'vitest';

import { type Part, renewed, stale } from './freshList';

interface Item {
  id: number;
  state?: string;
}
const part = (ids: number[], next?: number): Part<Item> => ({ items: ids.map((id) => ({ id })), next });
const ids = (p?: Part<Item>) => p?.items.map((i) => i.id);

test('what came stands in front, and what the answer does not reach stays', () => {
  const now = renewed(part([9, 8, 7], 7), part([12, 11, 9], 9));
  expect(ids(now)).toEqual([12, 11, 9, 8, 7]);
  expect(now?.next).toBe(7);
});

test('what is not in its place any more goes', () => {
  expect(ids(renewed(part([9, 8, 7], 7), part([9, 7, 5], 5)))).toEqual([9, 7]);
  expect(ids(renewed(part([9, 8, 7]), part([8])))).toEqual([8]);
  expect(ids(renewed(part([9, 8, 7]), part([])))).toEqual([]);
});

test('what changed is as it is now', () => {
  const old: Part<Item> = { items: [{ id: 2, state: 'running' }, { id: 1, state: 'completed' }] };
  expect(renewed(old, { items: [{ id: 2, state: 'completed' }], next: 2 })?.items).toEqual([{ id: 2, state: 'completed' }, { id: 1, state: 'completed' }]);
});

test('the last part of a list may grow at its end, and an empty list begins', () => {
  expect(renewed(part([]), part([3, 2], 2))).toEqual(part([3, 2], 2));
});

test('with more new ones than an answer holds there is a gap', () => {
  expect(renewed(part([9, 8]), part([30, 29], 29))).toBeUndefined();
  expect(ids(renewed(part([9, 8]), part([10, 9], 9)))).toEqual([10, 9, 8]);
});

test('the newest part is asked for in each turn, of the others only those that may change', () => {
  const active = (i: Item) => i.id % 10 === 0;
  expect(stale([part([99]), part([90]), part([81]), part([70])], active, 0)).toEqual([0, 1, 3]);
  expect(stale([part([99])], active, 5)).toEqual([0]);
  const many = Array.from({ length: 7 }, (_, n) => part([n * 10]));
  const turns = [0, 1, 2].flatMap((turn) => stale(many, active, turn, 2).slice(1));
  expect(turns.toSorted()).toEqual([1, 2, 3, 4, 5, 6]);
});
