import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from 'vitest';

import { describe as about, folderOf } from '../licences';

const folder = mkdtempSync(join(tmpdir(), 'sluice-licences-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a module is of the package in whose folder it lies', () => {
  expect(folderOf('/x/node_modules/yaml/dist/index.js')).toBe('/x/node_modules/yaml');
  expect(folderOf('/x/node_modules/@mantine/core/esm/a.mjs?v=1')).toBe('/x/node_modules/@mantine/core');
  expect(folderOf('\0/x/node_modules/a/node_modules/b/c.js')).toBe('/x/node_modules/a/node_modules/b');
  expect(folderOf('/x/src/main.tsx')).toBeUndefined();
});

test('a package without a licence ends the build', () => {
  const write = (license?: string) => writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'made-up', version: '1.0.0', license, author: 'Somebody <x@example.com>' }));
  write('ISC');
  expect(() => about(folder)).toThrow('made-up 1.0.0');
  write('MIT');
  expect(about(folder).text).toContain('Copyright (c) Somebody\n');
  writeFileSync(join(folder, 'LICENSE.md'), 'The ISC licence\r\n');
  write();
  expect(() => about(folder)).toThrow('no licence');
  write('ISC');
  expect(about(folder)).toEqual({ part: { name: 'made-up', version: '1.0.0', licence: 'ISC' }, text: 'The ISC licence' });
});
