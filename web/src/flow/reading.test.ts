import { expect, test } from 'vitest';

import { readFlow } from './reading';
import type { Schema } from './schema';

const schema: Schema = { type: 'object', properties: { name: { type: 'string' }, steps: { type: 'array', items: { type: 'object' } } } };

test('a flow is read with its defaults left out', () => {
  expect(readFlow('name: 7 # seven\nsteps:\n', schema)).toEqual({ flow: { name: '7', steps: null } });
  expect(readFlow('', schema)).toEqual({ flow: {} });
});

test.each([
  ['name: a\n  steps: []', 1],
  ['name: a\nsteps:\n  - fil', 3],
  ['name: a\nsteps: *gone\n', 1],
  ['name: [a', 1],
])('%j says where it cannot be read', (text, line) => {
  expect(readFlow(text, schema).broken).toMatchObject({ line, message: expect.stringMatching(/./) as string });
});
