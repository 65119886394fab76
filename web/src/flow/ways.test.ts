import { expect, test } from 'vitest';

import { wayOf, waysOf } from './ways';

const exports = { oneOf: ['suiteql', 'records', 'saved_search', 'search', 'deleted', 'sql', 'csv', 'jsonl', 'xlsx', 'webhook'].map((key) => ({ required: [key] })) };

test('a connection is offered the ways that fit it and that the server knows', () => {
  expect(waysOf('netsuite', exports).map((w) => w.key)).toEqual(['suiteql', 'records', 'saved_search', 'search', 'deleted']);
  expect(waysOf('postgresql', exports).map((w) => w.key)).toEqual(['sql']);
  expect(waysOf('files', exports).map((w) => w.key)).toEqual(['csv', 'jsonl', 'xlsx']);
  expect(waysOf('webhook', exports)).toEqual([{ key: 'webhook', label: 'Webhook' }]);
  expect(waysOf('http', exports)).toEqual([]);
});

test('the way of an export is told from its keys', () => {
  expect(wayOf({ connection: 'x', csv: null }, exports)).toBe('csv');
  expect(wayOf({ connection: 'x' }, exports)).toBeUndefined();
  expect(wayOf(undefined, exports)).toBeUndefined();
});
