import { expect, test } from 'vitest';

import { fieldNames, formOf, labelOf, linked, type Schema, schemaAt } from './schema';

const schema: Schema = {
  properties: {
    export: {
      properties: {
        suiteql: {
          required: ['query', 'key'],
          properties: { key: { type: 'array', items: { type: 'string' } }, page_size: { type: 'integer' }, params: { type: 'array', items: { type: ['string', 'null'] } }, query: { type: 'string' }, text_key: { type: 'boolean' } },
        },
      },
    },
    steps: { type: 'array', items: { properties: { filter: { properties: { if: { type: ['string', 'boolean', 'number'] } } } } } },
  },
};

test('required fields come first, then what matters most', () => {
  expect(fieldNames(schemaAt(schema, 'export', 'suiteql') ?? {})).toEqual(['query', 'key', 'params', 'page_size', 'text_key']);
});

test('a path leads through lists', () => {
  expect(schemaAt(schema, 'steps', 'filter')?.properties).toHaveProperty('if');
  expect(schemaAt(schema, 'steps')?.properties).toHaveProperty('filter');
  expect(schemaAt(schema, 'nothing', 'here')).toBeUndefined();
});

test.each<[string, Schema, string]>([
  ['query', { type: 'string' }, 'lines'],
  ['path', { type: 'string' }, 'text'],
  ['if', { type: ['string', 'boolean', 'number'] }, 'code'],
  ['null', { type: ['string', 'number', 'boolean', 'null'] }, 'text'],
  ['encoding', { type: 'string', enum: ['utf-8'] }, 'choice'],
  ['columns', { type: 'array', items: { type: 'string' } }, 'list'],
  ['join', { type: 'array', items: { properties: {} } }, 'groups'],
  ['group', { type: 'object', properties: {} }, 'group'],
  ['on', { type: 'object', additionalProperties: { type: 'string' } }, 'pairs'],
  ['limit', { type: 'integer' }, 'number'],
  ['stream', { type: 'boolean' }, 'tick'],
])('%s is entered as fits', (name, field, form) => {
  expect(formOf(name, field)).toBe(form);
});

test('what contains itself is found at any depth', () => {
  const flow = linked({
    properties: { steps: { type: 'array', items: { $ref: '#/$defs/step' } } },
    $defs: { step: { properties: { map: { type: 'string' }, branch: { properties: { steps: { type: 'array', items: { $ref: '#/$defs/step' } } } } } } },
  });
  expect(schemaAt(flow, 'steps', 'branch', 'steps', 'branch', 'steps', 'map')).toEqual({ type: 'string' });
  expect(schemaAt(flow, 'steps')).toBe(schemaAt(flow, 'steps', 'branch', 'steps'));
});

test('labels', () => {
  expect(['external_id', 'text_key', 'path', 'sql'].map(labelOf)).toEqual(['External ID', 'Text key', 'Path', 'SQL']);
});
