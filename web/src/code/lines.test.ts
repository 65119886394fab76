import { describe, expect, test } from 'vitest';

import { changeTo, heights, linesShown, spanOf } from './lines';

test('an editor is as high as its text, within bounds', () => {
  expect(linesShown('a')).toBe(3);
  expect(linesShown('a\n'.repeat(9))).toBe(10);
  expect(linesShown('a\n'.repeat(99))).toBe(24);
  expect(linesShown('a', 6, 2)).toBe(6);
  expect(heights('a', undefined, 1)).toEqual({ '--lines': 1, '--most': 1 });
});

describe('a problem is marked at', () => {
  const text = 'root.a = this.b\n  root.c = thsi.d +\n';
  const marked = (line: number, column?: number) => {
    const { from, to } = spanOf(text, { line, column, message: '' });
    return text.slice(from, to);
  };
  test('the word at its place', () => expect(marked(2, 12)).toBe('thsi.d'));
  test('a sign', () => expect(marked(1, 8)).toBe('='));
  test('the whole line, without what it is indented by', () => expect(marked(2)).toBe('root.c = thsi.d +'));
  test('the last sign where the line ends too early', () => expect(marked(2, 20)).toBe('+'));
  test('the nearest line when the text has become shorter', () => expect(spanOf('a', { line: 9, column: 9, message: '' })).toEqual({ from: 0, to: 1 }));
  test('nothing in an empty text', () => expect(spanOf('', { line: 1, column: 1, message: '' })).toEqual({ from: 0, to: 0 }));
});

test('a text becomes another by the least change', () => {
  for (const [old, next] of [
    ['abc', 'abXc'],
    ['aa', 'aaa'],
    ['abc', ''],
    ['', 'abc'],
    ['one two three', 'one 2 three'],
  ] as const) {
    const { from, to, insert } = changeTo(old, next);
    expect(old.slice(0, from) + insert + old.slice(to)).toBe(next);
    expect(insert.length).toBeLessThanOrEqual(next.length);
  }
  expect(changeTo('one two three', 'one 2 three')).toEqual({ from: 4, to: 7, insert: '2' });
});
