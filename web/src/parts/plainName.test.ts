import { expect, test } from 'vitest';

import { plainName } from './plainName';

test.each([
  ['Web Shop (EU)', 'web-shop-eu'],
  ['  Köln – Größen  ', 'koln-gro-en'],
  ['v1.2_b', 'v1.2_b'],
  ['...', ''],
  ['x'.repeat(80), 'x'.repeat(63)],
  [`${'x'.repeat(62)} y`, 'x'.repeat(62)],
])('%s becomes %s', (title, name) => {
  expect(plainName(title)).toBe(name);
});
