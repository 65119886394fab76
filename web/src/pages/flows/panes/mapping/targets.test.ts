import { expect, test } from 'vitest';

import type { RecordField } from '../../../../api/schema';
import { fieldsBelow, missingIn, standingOf } from './targets';

const fields: RecordField[] = [
  { name: 'entity', label: 'Customer', type: 'reference', mandatory: true },
  { name: 'memo', label: 'Memo', type: 'text' },
  { name: 'item', label: 'Items', type: 'sublist', fields: [{ name: 'item', label: 'Item', type: 'reference', mandatory: true }, { name: 'quantity', label: 'Quantity', type: 'number' }] },
];

test('what is mandatory and not mapped is missing', () => {
  const [entity, memo, item] = standingOf(fields, ['memo', 'item.items.quantity'], true);
  expect(entity).toMatchObject({ mapped: false, missing: true });
  expect(memo).toMatchObject({ mapped: true, missing: false });
  expect(item?.within?.map((s) => [s.path, s.mapped, s.missing])).toEqual([
    ['item.item', false, true],
    ['item.quantity', true, false],
  ]);
});

test('a reference is mapped by its parts, and lines only miss something where there are lines', () => {
  expect(missingIn(standingOf(fields, ['entity.externalId'], true))).toEqual([]);
  expect(missingIn(standingOf(fields, ['entity', 'item'], true)).map((s) => s.path)).toEqual(['item.item']);
});

test('an update needs nothing', () => expect(missingIn(standingOf(fields, [], false))).toEqual([]));

test('fields below a path', () => {
  expect(fieldsBelow(fields, []).map((f) => f.name)).toEqual(['entity', 'memo', 'item']);
  expect(fieldsBelow(fields, ['item', 'items']).map((f) => f.name)).toEqual(['item', 'quantity']);
  expect(fieldsBelow(fields, ['memo'])).toEqual([]);
});
