import { expect, test } from 'vitest';

import { diff, hunks, placeOf, wrongWith } from './diff';

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

test('places count lines and characters from 1', () => {
  expect(placeOf('{\n  "ä": x', 9)).toEqual({ line: 2, column: 8 });
});

test('what is no record is told', () => {
  expect(wrongWith('{"a": 1}')).toBeUndefined();
  expect(wrongWith('[1]')).toContain('object');
  expect(wrongWith('{\n  "a": x\n}')).toContain('JSON');
});
