import { expect, test } from 'vitest';

import { durationText } from './duration';

test.each([
  [380, '380 ms'],
  [4230, '4.2 s'],
  [59_400, '59 s'],
  [60_000, '1 min'],
  [185_000, '3 min 5 s'],
  [7_800_000, '2 h 10 min'],
])('%d is %s', (milliseconds, text) => {
  expect(durationText(milliseconds)).toBe(text);
});
