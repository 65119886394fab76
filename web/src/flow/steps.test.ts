import { expect, test } from 'vitest';

import { exportsOf, exportSummary, placesOf, stepSummary } from './steps';

test('steps without a name are called by kind and place', () => {
  const names = placesOf([{ map: 'root = this' }, { filter: { if: 'true', reason: '' } }, { map: '' }, { name: 'out', import: { connection: 'x' } }, { import: { connection: 'y' } }]).map((p) => p.name);
  expect(names).toEqual(['map-1', 'filter-1', 'map-2', 'out', 'import-2']);
});

test('a flow has one export or several', () => {
  expect(exportsOf({ export: { connection: 'a' } }).map((e) => [e.path, e.name])).toEqual([[['export'], 'export']]);
  const several = exportsOf({ exports: [{ name: 'web', connection: 'a' }, { connection: 'b' }] });
  expect(several.map((e) => [e.path, e.name])).toEqual([[['exports', 0], 'web'], [['exports', 1], 'export']]);
});

test('paths are counted among the steps, and theirs behind them', () => {
  const inner = { branch: { paths: [{ name: 'eu', steps: [{ import: { connection: 'a' } }] }, { name: 'rest' }] } };
  const places = placesOf([{ name: 'region', branch: { take: 'all', paths: [{ name: 'x', steps: [inner] }] } }, { import: { connection: 'b' } }]);
  expect(places.map((p) => `${p.depth} ${p.name}`)).toEqual(['0 region', '1 region/x', '1 branch-2', '2 branch-2/eu', '2 import-1', '2 branch-2/rest', '0 import-2']);
});

test('summaries say what is done, or what is missing', () => {
  expect(exportSummary({ connection: 'shop', csv: { path: 'a.csv' } }, 'csv')).toBe('CSV file a.csv from shop');
  expect(exportSummary({}, undefined)).toBe('Choose where the records come from');
  expect(stepSummary({ import: { connection: 'netsuite', operation: 'upsert', netsuite: { record: 'customer' } } }, 'netsuite')).toBe('Upsert customer to netsuite');
  expect(stepSummary({ map: '# comment\nroot.a = 1\nroot.b = 2\n' }, undefined)).toBe('Mapping of 2 lines');
  expect(stepSummary({ map: 'root = this' }, undefined)).toBe('root = this');
});
