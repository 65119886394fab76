import { expect, test } from 'vitest';

import { afterClick } from './selection';

const ids = [11, 12, 13, 14, 15];

test('a click selects a row, and another takes it away', () => {
  const one = afterClick(ids, new Set(), 1);
  expect([...one]).toEqual([12]);
  expect([...afterClick(ids, one, 1)]).toEqual([]);
});

test('from one click to another all rows between are what the last becomes', () => {
  expect([...afterClick(ids, new Set([12]), 3, 1)]).toEqual([12, 13, 14]);
  expect([...afterClick(ids, new Set([15]), 0, 2)].toSorted()).toEqual([11, 12, 13, 15]);
  expect([...afterClick(ids, new Set(ids), 2, 4)]).toEqual([11, 12]);
});

test('a row that is gone changes nothing', () => {
  const selected = new Set([11]);
  expect(afterClick(ids, selected, 9)).toBe(selected);
});
