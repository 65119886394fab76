import { expect, test } from 'vitest';

import { localText, pointText, sinceOf, timeOf } from './span';

const now = Date.parse('2026-03-04T12:00:41.5Z');

test('a span of the address begins at a whole minute', () => {
  expect(sinceOf('1h', now)).toBe('2026-03-04T11:00:00.000Z');
  expect(sinceOf('7d', now)).toBe('2026-02-25T12:00:00.000Z');
  expect(sinceOf('2026-03-01T00:00:00Z', now)).toBe('2026-03-01T00:00:00.000Z');
  expect([sinceOf(null, now), sinceOf('soon', now), timeOf(''), timeOf('x')]).toEqual([undefined, undefined, undefined, undefined]);
});

test('the input for local times gets what it gave', () => {
  expect(localText(timeOf('2026-03-01T07:05'))).toBe('2026-03-01T07:05');
  expect(localText(undefined)).toBe('');
});

test('points have days, times or both', () => {
  const at = new Date(2026, 2, 4, 9, 30).toISOString();
  expect(pointText(at, 86_400, 30 * 86_400)).toBe('Mar 4');
  expect(pointText(at, 900, 86_400)).toBe('09:30');
  expect(pointText(at, 3_600, 7 * 86_400)).toContain('Mar 4');
});
