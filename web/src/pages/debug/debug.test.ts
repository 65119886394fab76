import { expect, test } from 'vitest';

import { asLines, timeLeft } from './debug';

const now = new Date('2026-01-01T12:00:00Z');

test('time left counts down and ends', () => {
  expect(timeLeft('2026-01-01T12:14:05Z', now)).toBe('14:05');
  expect(timeLeft('2026-01-01T12:00:00.400Z', now)).toBe('0:01');
  expect(timeLeft('2026-01-01T12:00:00Z', now)).toBeUndefined();
  expect(timeLeft(undefined, now)).toBeUndefined();
});

const entry = (id: number) => ({ id, connection_id: '', at: '', method: 'GET', url: '/', took_ms: 1 });

test('a download is in the order of time', () => {
  expect(asLines([entry(2), entry(1)]).split('\n').filter(Boolean).map((l) => (JSON.parse(l) as { id: number }).id)).toEqual([1, 2]);
});
