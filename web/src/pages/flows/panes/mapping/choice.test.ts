import { expect, test } from 'vitest';

import type { RecordField } from '../../../../api/schema';
import { choiceAt, fieldOfId, inserted } from './choice';

const field = (name: string, type: RecordField['type'], more: Partial<RecordField> = {}): RecordField => ({ name, label: name, type, ...more });
const fields = [
  field('subsidiary', 'reference', { of: 'subsidiary' }),
  field('custbody_tags', 'multiselect'),
  field('status', 'select', { read_only: true }),
  field('memo', 'text'),
  field('item', 'sublist', { fields: [field('taxCode', 'reference'), field('inventoryDetail', 'subrecord', { fields: [field('unit', 'select')] })] }),
];
const target = { connection: 'netsuite', record: 'salesOrder' };

test.each([
  ['subsidiary', 'subsidiary', false],
  ['subsidiary.id', 'subsidiary', false],
  ['Subsidiary.id', 'subsidiary', false],
  ['custbody_tags', 'custbody_tags', false],
  ['item.items.taxCode', 'item.taxCode', true],
  ['item.taxCode.id', 'item.taxCode', true],
])('%s chooses from the values of %s', (path, name, ofLines) => {
  expect(choiceAt(fields, target, path)).toMatchObject({ connection: 'netsuite', record: 'salesOrder', field: name, ofLines });
});

test.each(['memo', 'status', 'subsidiary.externalId', 'custbody_tags.id', 'item.inventoryDetail.unit', 'absent', ''])('%s is free text', (path) => {
  expect(choiceAt(fields, target, path)).toBeUndefined();
});

test('without a record type there is nothing to choose from', () => {
  expect(choiceAt(fields, { connection: 'warehouse', table: 'orders' }, 'subsidiary')).toBeUndefined();
});

test('a value goes into the mapping as flows write it', () => {
  const of = (path: string) => choiceAt(fields, target, path) ?? expect.fail(path);
  expect(inserted(of('subsidiary'), 'subsidiary', '7', 'root.memo = "a"')).toBe('\nroot.subsidiary.id = "7"');
  expect(inserted(of('subsidiary'), 'subsidiary', '7', 'root.subsidiary = ')).toBe('{"id": "7"}');
  expect(inserted(of('subsidiary'), 'subsidiary', '7', 'root.subsidiary.id = ')).toBe('"7"');
  expect(inserted(of('custbody_tags'), 'custbody_tags', '7', '')).toBe('root.custbody_tags = ["7"]');
  expect(inserted(of('item.taxCode'), 'item.taxCode', '7', 'root.memo = "a"')).toBe('{"id": "7"}');
  expect(fieldOfId(of('subsidiary'), 'subsidiary')).toBe('subsidiary.id');
  expect(fieldOfId(of('subsidiary.id'), 'subsidiary.id')).toBe('subsidiary.id');
});
