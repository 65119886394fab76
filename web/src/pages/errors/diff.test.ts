import { expect, test } from 'vitest';

import { diff, near, placeOf, wrongWith } from './diff';

test('lines that differ have the sign of their side', () => {
  expect(diff('a\nb\nc', 'a\nx\nc\nd').map((l) => l.sign + l.text)).toEqual([' a', '-b', '+x', ' c', '+d']);
  expect(diff('a', 'a')).toEqual([{ sign: ' ', text: 'a' }]);
  expect(diff('', 'a').map((l) => l.sign + l.text)).toEqual(['-', '+a']);
});

test('what is far from a change is left out', () => {
  expect(near(diff('a\nb\nc\nd', 'a\nb\nc\nx'), 1).map((l) => l.text)).toEqual(['c', 'd', 'x']);
});

test('places count lines and characters from 1', () => {
  expect(placeOf('{\n  "ä": x', 9)).toEqual({ line: 2, column: 8 });
});

test('what is no record is told', () => {
  expect(wrongWith('{"a": 1}')).toBeUndefined();
  expect(wrongWith('[1]')).toContain('object');
  expect(wrongWith('{\n  "a": x\n}')).toContain('JSON');
});
