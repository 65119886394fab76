import { expect, test } from 'vitest';

import { diff, hunks } from './diff';

test('lines that differ have the sign of their side', () => {
  expect(diff('a\nb\nc', 'a\nx\nc\nd').map((l) => l.sign + l.text)).toEqual([' a', '-b', '+x', ' c', '+d']);
  expect(diff('a', 'a')).toEqual([{ sign: ' ', text: 'a' }]);
  expect(diff('', 'a').map((l) => l.sign + l.text)).toEqual(['-', '+a']);
});

test('what is far from a change is left out', () => {
  const places = (before: string, after: string) => hunks(diff(before, after), 1).map((h) => h.map((l) => l.text).join(''));
  expect(places('a\nb\nc\nd', 'a\nb\nc\nx')).toEqual(['cdx']);
  expect(places('a\nb\nc\nd\ne', 'x\nb\nc\nd\ny')).toEqual(['axb', 'dey']);
  expect(places('a', 'a')).toEqual([]);
});
