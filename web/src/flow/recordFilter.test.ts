import { describe, expect, test } from 'vitest';

import { type Condition, filterText, isWhole, operatorsOf, parseFilter } from './recordFilter';

describe('a filter comes back from its text', () => {
  for (const text of [
    'companyName START_WITH A',
    'companyName START_WITH "A B"',
    'custbody_exported IS false',
    'tranDate ON_OR_AFTER "8/5/2026"',
    'total BETWEEN [1, 42] AND entity ANY_OF [7, 8]',
    'email EMPTY OR email EMPTY_NOT AND id ANY_OF [1]',
    'comments IS ""'.replace('""', '"a, [b] (c)"'),
  ]) {
    test(text, () => {
      const conditions = parseFilter(text);
      expect(conditions).toBeDefined();
      expect(filterText(conditions ?? [])).toBe(text);
    });
  }
});

test('an empty text has no conditions', () => expect(parseFilter('  ')).toEqual([]));

test('a text is read as NetSuite reads it', () => {
  expect(parseFilter('a is "x" and b any_of [1,"2 3"]')).toEqual([
    { joiner: 'AND', field: 'a', operator: 'IS', values: ['x'] },
    { joiner: 'AND', field: 'b', operator: 'ANY_OF', values: ['1', '2 3'] },
  ]);
});

describe('a text that says more stays a text', () => {
  for (const text of ['(a IS 1 OR b IS 2) AND c IS 3', 'a IS', 'a LIKE x', 'a IS 1 b IS 2', 'a ANY_OF [1', 'a ANY_OF [1 2]', 'a IS "x', 'a IS [1, 2]', 'a BETWEEN [1]', 'a ANY_OF []', 'a IS 1 AND', '"a" IS 1']) {
    test(text, () => expect(parseFilter(text)).toBeUndefined());
  }
});

test('what is not whole yet is left out', () => {
  const whole: Condition = { joiner: 'OR', field: 'a', operator: 'IS', values: ['1'] };
  const half: Condition = { joiner: 'AND', field: 'b', operator: 'BETWEEN', values: ['1', ''] };
  expect(isWhole(half)).toBe(false);
  expect(filterText([half, whole])).toBe('a IS 1');
});

test('each type has operators, and nothing else has texts’', () => {
  expect(operatorsOf('date').map((o) => o.word)).toContain('ON_OR_AFTER');
  expect(operatorsOf('reference').map((o) => o.word)).toEqual(['ANY_OF', 'ANY_OF_NOT', 'EMPTY', 'EMPTY_NOT']);
  expect(operatorsOf(undefined)).toEqual(operatorsOf('text'));
});
