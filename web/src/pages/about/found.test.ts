import { expect, test } from 'vitest';

import type { LicencePart } from '../../api/schema';
import { found } from './found';

const part = (name: string, licence: string): LicencePart => ({ kind: 'go', name, version: 'v1.0.0', licence, text: 'x' });
const items = [part('gopkg.in/yaml.v3', 'Apache-2.0 AND MIT'), part('yaml', 'ISC'), part('react', 'MIT')];

test('parts are found by name and licence, in any order and case', () => {
  const names = (search: string) => found(items, search).map((p) => p.name);
  expect(names('')).toHaveLength(3);
  expect(names(' YAML ')).toEqual(['gopkg.in/yaml.v3', 'yaml']);
  expect(names('mit yaml')).toEqual(['gopkg.in/yaml.v3']);
  expect(names('gpl')).toEqual([]);
});
