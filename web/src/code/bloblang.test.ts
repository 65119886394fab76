import { StringStream } from '@codemirror/language';
import { expect, test } from 'vitest';

import { bloblangParser } from './bloblang';

/** The words of a text with what the language takes them for. */
function words(text: string): string[] {
  const state = bloblangParser.startState();
  return text.split('\n').flatMap((line) => {
    const stream = new StringStream(line, 2, 2);
    const found: string[] = [];
    while (!stream.eol()) {
      stream.start = stream.pos;
      const kind = bloblangParser.token(stream, state);
      if (kind && kind !== 'punctuation') found.push(`${stream.current()}: ${kind}`);
    }
    return found;
  });
}

test('names, fields, functions and texts are told apart', () => {
  expect(words('root.name = this.first.trim() # both\nlet a = if $x > -1.5 { deleted() } else { null }')).toEqual([
    'root: keyword',
    'name: propertyName',
    '=: operator',
    'this: keyword',
    'first: propertyName',
    'trim: propertyName.function',
    '# both: comment',
    'let: keyword',
    'a: variableName',
    '=: operator',
    'if: keyword',
    '$x: variableName.special',
    '>: operator',
    '-1.5: number',
    'deleted: variableName.function',
    'else: keyword',
    'null: bool',
  ]);
});

test('a text in three quotation marks goes on over lines', () => {
  expect(words('root = """a\n# b"""\nthis')).toEqual(['root: keyword', '=: operator', '"""a: string', '# b""": string', 'this: keyword']);
});

test('a field may be called like a keyword', () => {
  expect(words('this.match.map')).toEqual(['this: keyword', 'match: propertyName', 'map: propertyName']);
});
