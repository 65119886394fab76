import { expect, test } from 'vitest';

import { flowBefore, isCondition } from './condition';
import type { Draft } from './document';

test.each([
  [['export', 'filter']],
  [['exports', 1, 'filter']],
  [['steps', 0, 'filter', 'if']],
  [['steps', 2, 'import', 'when']],
  [['steps', 1, 'branch', 'paths', 0, 'if']],
  [['steps', 1, 'branch', 'paths', 0, 'steps', 3, 'filter', 'if']],
])('%j decides of records', (path) => expect(isCondition(path)).toBe(true));

test.each([[['errors', 'rules', 0, 'if']], [['steps', 0, 'fields', 0, 'when']], [['export', 'records', 'filter']], [['steps', 0, 'import', 'http', 'batch', 'ok']]])('%j does not', (path) => expect(isCondition(path)).toBe(false));

const flow: Draft = {
  name: 'a',
  exports: [{ name: 'one', connection: 'x', filter: 'this.a' }, { name: 'two', connection: 'y' }] as Draft['exports'],
  steps: [{ map: 'root = this' }, { import: { connection: 'z' } }, { branch: { paths: [{ name: 'p', if: 'this.b', steps: [{ map: 'root.c = 1' }, { filter: { if: 'this.c', reason: 'r' } }] }] } }],
};

test('its records are those that come to it', () => {
  expect(flowBefore(flow, ['steps', 2, 'branch', 'paths', 0, 'if']).steps).toEqual([{ map: 'root = this' }]);
  expect(flowBefore(flow, ['steps', 2, 'branch', 'paths', 0, 'steps', 1, 'filter', 'if']).steps).toEqual([{ map: 'root = this' }, { map: 'root.c = 1' }]);
});

test('an export is read without its own filter, and alone', () => {
  expect(flowBefore(flow, ['exports', 0, 'filter'])).toEqual({ name: 'a', export: { connection: 'x' } });
});
