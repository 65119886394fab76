import { expect, test } from 'vitest';

import { indented, rawAt } from './rawJson';

const text = '{"id": 7, "key":"a\\"b{", "record":{"amount":10.00,"big":9007199254740993,"lines":[{"n":1.10},{"n":2}],"none":{},"no":[]},"after":null}';

test('digits are kept', () => {
  expect(rawAt(text, ['record', 'amount'])).toBe('10.00');
  expect(rawAt(text, ['record', 'big'])).toBe('9007199254740993');
  expect(rawAt(text, ['record', 'lines', 0, 'n'])).toBe('1.10');
  expect(rawAt(text, ['record', 'lines', 1])).toBe('{"n":2}');
});

test('values of every kind are found', () => {
  expect(rawAt(text, ['key'])).toBe('"a\\"b{"');
  expect(rawAt(text, ['after'])).toBe('null');
  expect(rawAt(text, ['id'])).toBe('7');
  expect(rawAt(text, [])).toBe(text);
  expect(rawAt(' [ 1 , [2] ] ', [1])).toBe('[2]');
});

test('what is not there is not found', () => {
  expect(rawAt(text, ['nothing'])).toBeUndefined();
  expect(rawAt(text, ['record', 'lines', 2])).toBeUndefined();
  expect(rawAt(text, ['id', 'x'])).toBeUndefined();
  expect(rawAt('{}', ['x'])).toBeUndefined();
  expect(rawAt('[]', [0])).toBeUndefined();
});

test('the indented text means the same and is written as JSON.stringify would, but for the digits', () => {
  for (const sample of [text, '{}', '[]', '[[],{"a":[{}]}]', '"x"', '-1.5e3', '{"a b":"c,d:[e]\\\\"}']) {
    expect(JSON.parse(indented(sample))).toEqual(JSON.parse(sample));
  }
  const plain = '{"a":[1,{"b":"c"}],"d":{},"e":[]}';
  expect(indented(plain)).toBe(JSON.stringify(JSON.parse(plain), null, 2));
  expect(indented('{"amount":10.00}')).toBe('{\n  "amount": 10.00\n}');
});
