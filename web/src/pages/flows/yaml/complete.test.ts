import { describe, expect, test } from 'vitest';

import { linked, type Schema } from '../../../flow/schema';
import { optionsAt } from './complete';
import { placeAt } from './place';

const schema = linked({
  $defs: {
    step: {
      type: 'object',
      properties: {
        name: { type: 'string' },
        filter: { type: 'object', properties: { if: { type: 'string', description: 'The condition.\n\nMore.' }, reason: { type: 'string' } }, required: ['if'] },
        map: { type: 'string' },
        import: { type: 'object', properties: { connection: { type: 'string' }, operation: { type: 'string', enum: ['add', 'upsert'] }, ignore_existing: { type: 'boolean' } } },
        branch: { type: 'object', properties: { paths: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' }, steps: { type: 'array', items: { $ref: '#/$defs/step' } } } } } } },
      },
    },
  },
  type: 'object',
  properties: { name: { type: 'string' }, steps: { type: 'array', items: { $ref: '#/$defs/step' } }, next: { type: 'array', items: { type: 'string' } } },
} as Schema);
const names = { connections: ['erp', 'shop'], integrations: [], flows: ['other'] };

/** What is offered at the bar. */
function offered(text: string): string[] | undefined {
  const at = text.indexOf('|');
  const place = placeAt(text.replace('|', ''), at);
  return place && optionsAt(place, schema, names).map((o) => o.label);
}

describe('keys are offered', () => {
  test.each([
    ['at the top', '|', ['name', 'steps', 'next']],
    ['but not those that are there', 'name: a\n|\nsteps: []', ['next']],
    ['of a new step', 'steps:\n  - |', ['name', 'filter', 'map', 'import', 'branch']],
    ['of a step that has some', 'steps:\n  - name: a\n    |\n  - map: x', ['filter', 'map', 'import', 'branch']],
    ['of a step, whatever the one before has', 'steps:\n  - name: a\n    map: x\n  - |', ['name', 'filter', 'map', 'import', 'branch']],
    ['where lists are not indented', 'steps:\n- filter:\n    |', ['if', 'reason']],
    ['within a path', 'steps:\n  - branch:\n      paths:\n        - name: eu\n          # of Europe\n          steps:\n            - import:\n                |', ['connection', 'operation', 'ignore_existing']],
  ])('%s', (_, text, keys) => {
    expect(offered(text)).toEqual(keys);
  });

  test('with what they are for, ready for what follows', () => {
    const text = 'steps:\n  - filter:\n      ';
    const place = placeAt(text, text.length);
    expect(place && optionsAt(place, schema, names)[0]).toMatchObject({ label: 'if', info: 'The condition.', detail: 'required', apply: 'if: ' });
    const step = placeAt('steps:\n  - ', 11);
    expect(step && optionsAt(step, schema, names).map((o) => o.apply)).toEqual(['name: ', 'filter:\n      ', 'map: ', 'import:\n      ', 'branch:\n      ']);
  });
});

test.each([
  ['connections', 'steps:\n  - import:\n      connection: s|', ['erp', 'shop']],
  ['words', 'steps:\n  - import:\n      operation: |', ['add', 'upsert']],
  ['yes or no', 'steps:\n  - import:\n      ignore_existing: |', ['true', 'false']],
  ['flows', 'next:\n  - |', ['other']],
  ['nothing for a text', 'name: |', []],
])('values are offered: %s', (_, text, values) => {
  expect(offered(text)).toEqual(values);
});

test.each([
  ['a comment', 'name: a # na|'],
  ['a mapping of several lines', 'steps:\n  - map: |-\n      root.a: |'.replace('|-', '>')],
  ['a text with blanks', 'name: a b|'],
])('nothing is offered in %s', (_, text) => {
  expect(offered(text)).toBeUndefined();
});
