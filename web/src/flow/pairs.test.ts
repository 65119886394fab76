import { expect, test } from 'vitest';

import { pairsIn, wholePairs } from './pairs';

test('what is copied from a spreadsheet or a file becomes rows', () => {
  expect(pairsIn('DE\t2\r\nFR\t3\textra\r\n')).toEqual([
    ['DE', '2'],
    ['FR', '3'],
  ]);
  expect(pairsIn('a = b = c\n\nd\n')).toEqual([
    ['a', 'b = c'],
    ['d', ''],
  ]);
  expect(pairsIn('this.a == "x"')).toEqual([]);
  expect(pairsIn('')).toEqual([]);
});

test('rows that lack a side are not stored yet', () => {
  expect(
    wholePairs([
      [' DE ', '2'],
      ['FR', ''],
      ['', '4'],
    ]),
  ).toEqual({ DE: '2' });
  expect(wholePairs([['', '']])).toBeUndefined();
});
