import { expect, test } from 'vitest';

import { inWords } from './words';

test.each([
  ['30 2 * * *', 'At 02:30, every day'],
  ['@daily', 'At 00:00, every day'],
  ['@hourly', 'Every hour'],
  ['*/15 * * * *', 'Every 15 minutes'],
  ['0 6 * * 1-5', 'At 06:00, Monday through Friday'],
  ['0 6 * * 0', 'At 06:00, only on Sunday'],
])('%s in words', (cron, words) => {
  expect(inWords(cron)).toBe(words);
});

test('what is no cron has no words', () => {
  expect(inWords('every now and then')).toBeUndefined();
});
