import { expect, test } from 'vitest';

import { bytesText } from './bytes';

test.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1000, '1.0 KB'],
  [123_456, '123 KB'],
  [5_250_000, '5.3 MB'],
  [7e15, '7000 TB'],
])('%d is %s', (n, text) => expect(bytesText(n)).toBe(text));
