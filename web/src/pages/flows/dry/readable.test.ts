import { expect, test } from 'vitest';

import { readable } from './readable';

test.each([
  [undefined, ''],
  ['null', ''],
  ['"a \\"b\\""', 'a "b"'],
  ['9007199254740993.10', '9007199254740993.10'],
  ['true', 'true'],
  ['{"id":"38","refName":"Stove"}', 'Stove (ID 38)'],
  ['{"externalId":"SHOP-1"}', 'external ID SHOP-1'],
  ['{"id":"38"}', 'ID 38'],
  ['{"refName":"Stove"}', 'Stove'],
  ['{"id":"38","quantity":2.50}', '{"id":"38","quantity":2.50}'],
  ['{}', '{}'],
  ['[1.0]', '[1.0]'],
])('%s is read as %s', (raw, want) => {
  expect(readable(raw)).toBe(want);
});
