import { expect, test } from 'vitest';

import { placeOf, problemOfRecord } from './jsonCheck';

test.each([
  ['{}'],
  [' {"a": 1, "b": [true, false, null, -0.5e+10, 9007199254740993.10], "c": {"a": "\\u00e9\\"\\\\"}}\n'],
])('%s is a record', (text) => expect(problemOfRecord(text)).toBeUndefined());

test.each([
  ['', 1, 1, 'curly brackets'],
  ['[]', 1, 1, 'curly brackets'],
  ['12', 1, 1, 'curly brackets'],
  ['{"a": 1}}', 1, 9, 'more behind'],
  ['{"a": 1\n "b": 2}', 2, 2, 'comma'],
  ['{"a": 1,\n}', 2, 1, 'one too many'],
  ['{"a": [1, 2,]}', 1, 13, 'one too many'],
  ['{a: 1}', 1, 2, 'name in double quotes'],
  ["{\"a\": 'x'}", 1, 7, 'double quotes'],
  ['{"a" 1}', 1, 6, 'colon'],
  ['{"a": }', 1, 7, 'value'],
  ['{"a": 01}', 1, 7, 'number'],
  ['{"a": 1.}', 1, 7, 'number'],
  ['{"a": "x}', 1, 7, 'no end'],
  ['{"é": "x\n"}', 1, 9, 'no end on its line'],
  ['{"a": "\\q"}', 1, 8, 'backslash'],
  ['{"a": 1, "b": {"c": 1, "c": 2}}', 1, 24, 'second time'],
  ['{"a": 1', 1, 8, 'ends before }'],
  [`{"a": ${'['.repeat(600)}`, 1, 506, 'too deeply'],
])('%s is none, at line %i, column %i', (text, line, column, message) => {
  const problem = problemOfRecord(text);
  expect(problem).toMatchObject({ line, column });
  expect(problem?.message).toContain(message);
});

test('places count lines and characters from 1', () => {
  expect(placeOf('{\n  "ä": x', 9)).toEqual({ line: 2, column: 8 });
});

test('what it takes JSON.parse takes, and else refuses', () => {
  const parts = ['{', '}', '[', ']', ',', ':', '"a"', '"b"', '1', '-', '.5', 'null', ' ', '\\'];
  let seed = 7;
  for (let n = 0; n < 20_000; n++) {
    let text = '{';
    for (let i = 0; i < n % 9; i++) text += parts[(seed = (seed * 48271) % 2147483647) % parts.length] ?? '';
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch {
      parsed = undefined;
    }
    const problem = problemOfRecord(text);
    if (problem?.message.includes('second time')) continue;
    expect([text, problem === undefined], problem?.message).toEqual([text, parsed !== undefined]);
  }
});
