import { expect, test } from 'vitest';

import { linked, type Schema } from './schema';
import { shaped } from './shape';

const step: Schema = { type: 'object', properties: { map: { type: 'string' }, import: { type: 'object', properties: { connection: { type: 'string' } } } } };
const schema = linked({ type: 'object', properties: { name: { type: 'string' }, export: { type: 'object', properties: { connection: { type: 'string' } } }, steps: { type: 'array', items: step } } });

test.each([
  ['nothing', null, {}],
  ['numbers for texts', { name: 7, steps: [{ map: true }] }, { name: '7', steps: [{ map: 'true' }] }],
  ['parts without a value', { export: null, steps: [{ import: null }] }, { export: null, steps: [{ import: null }] }],
  ['keys that nobody knows', { name: 'a', other: [1, { b: 2 }] }, { name: 'a', other: [1, { b: 2 }] }],
])('%s can be shown', (_, value, flow) => {
  expect(shaped(value, schema)).toEqual({ flow });
});

test.each([
  [['a'], '', 'the flow has to be keys with values'],
  ['text', '', 'the flow has to be keys with values'],
  [{ steps: 'fil' }, 'steps', 'steps has to be a list'],
  [{ steps: ['fil'] }, 'steps[0]', 'steps[0] has to be keys with values'],
  [{ steps: [null] }, 'steps[0]', 'steps[0] has nothing in it'],
  [{ steps: [{ import: { connection: { a: 1 } } }] }, 'steps[0].import.connection', 'steps[0].import.connection has to be a text'],
])('%j cannot', (value, path, message) => {
  expect(shaped(value, schema)).toEqual({ misfit: { path, message } });
});
