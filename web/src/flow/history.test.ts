import { expect, test } from 'vitest';

import { began, changed, depth, type History, redone, undone } from './history';

let events = 0;
const type = (h: History, text: string, place?: string, at?: number) => changed(h, text, { event: ++events, place, at });

test('typing in one place is taken back at once, and comes again', () => {
  let h = began('a');
  for (const text of ['ab', 'abc', 'abcd']) h = type(h, text, 'name');
  h = type(h, 'abcd!', 'description');
  expect(undone(h).text).toBe('abcd');
  expect(undone(undone(h)).text).toBe('a');
  expect(undone(undone(undone(h))).text).toBe('a');
  expect(redone(redone(undone(undone(h)))).text).toBe('abcd!');
  expect(redone(h)).toBe(h);
});

test('a pause ends what belongs together, where times are given', () => {
  let h = type(began(''), 'a', 'yaml', 0);
  h = type(h, 'ab', 'yaml', 1_000);
  h = type(h, 'abc', 'yaml', 2_000);
  h = type(h, 'abcd', 'yaml', 9_000);
  expect(undone(h).text).toBe('abc');
  expect(undone(undone(h)).text).toBe('');
});

test('changes of one event are one step, those without a place are one each', () => {
  let h = changed(began(''), 'a', { event: -1 });
  h = changed(h, 'ab', { event: -1, place: 'x' });
  h = changed(h, 'abc', { event: -2 });
  expect(h.past).toEqual(['', 'ab']);
});

test('a new change forgets what was taken back, and what comes after an undo stands for itself', () => {
  let h = type(began('a'), 'ab', 'name');
  h = type(undone(h), 'ax', 'name');
  expect(h).toMatchObject({ past: ['a'], text: 'ax', future: [] });
  h = type(redone(undone(h)), 'axy', 'name');
  expect(undone(h).text).toBe('ax');
});

test('the same text is no change', () => {
  const h = began('a');
  expect(type(h, 'a', 'name')).toBe(h);
});

test('the past is bounded', () => {
  let h = began('0');
  for (let n = 1; n <= depth + 50; n++) h = type(h, String(n));
  expect(h.past).toHaveLength(depth);
  while (h.past.length > 0) h = undone(h);
  expect(h.text).toBe('50');
});
