import { expect, test } from 'vitest';

import { readable } from './readable';

test.each([
  ['HTTP 400, operation 7', 'HTTP 400, operation 7', ''],
  ['PUT http://localhost/x\n{"a":[1.10]}', 'PUT http://localhost/x', '{\n  "a": [\n    1.10\n  ]\n}'],
  ['{"a":9007199254740993}', '', '{\n  "a": 9007199254740993\n}'],
  ['{"a": "cut of', '', '{"a": "cut of'],
  ['<fault>\n<code/></fault>', '', '<fault>\n<code/></fault>'],
])('%s', (text, head, body) => expect(readable(text)).toEqual({ head, body }));
