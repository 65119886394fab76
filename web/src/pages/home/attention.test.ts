import { expect, test } from 'vitest';

import { trendOf, wayTo } from './attention';

test('each kind leads to where it is mended', () => {
  const to = (kind: string, more = {}) => wayTo({ kind, noun: 'flow', name: 'a b', ...more } as Parameters<typeof wayTo>[0]).to;
  expect(to('connection.offline')).toBe('/connections/a%20b/doctor');
  expect(to('flow.failed', { run: 7 })).toBe('/runs/7');
  expect(to('errors.open')).toBe('/errors?flow=a%20b');
  expect(to('schedule.missed')).toBe('/flows/a%20b');
  expect(to('notice', { noun: 'connection' })).toBe('/connections/a%20b');
});

test('a trend tells what is new', () => {
  expect(trendOf({ count: 3 })).toBe('none since yesterday');
  expect(trendOf({ count: 3, recent: 3 })).toBe('all since yesterday');
  expect(trendOf({ count: 3000, recent: 1200 })).toBe('1,200 since yesterday');
});
