import { expect, test } from 'vitest';

import { exportSummary, stepNames, stepSummary } from './steps';

test('steps without a name are called by kind and place', () => {
  expect(stepNames([{ map: 'root = this' }, { filter: { if: 'true', reason: '' } }, { map: '' }, { name: 'out', import: { connection: 'x' } }, { import: { connection: 'y' } }])).toEqual(['map-1', 'filter-1', 'map-2', 'out', 'import-2']);
});

test('summaries say what is done, or what is missing', () => {
  expect(exportSummary({ connection: 'shop', csv: { path: 'a.csv' } }, 'csv')).toBe('CSV file a.csv from shop');
  expect(exportSummary({}, undefined)).toBe('Choose where the records come from');
  expect(stepSummary({ import: { connection: 'netsuite', operation: 'upsert', netsuite: { record: 'customer' } } }, 'netsuite')).toBe('Upsert customer to netsuite');
  expect(stepSummary({ map: '# comment\nroot.a = 1\nroot.b = 2\n' }, undefined)).toBe('Mapping of 2 lines');
  expect(stepSummary({ map: 'root = this' }, undefined)).toBe('root = this');
});
