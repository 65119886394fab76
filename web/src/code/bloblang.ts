import { LanguageSupport, StreamLanguage, type StreamParser, type StringStream } from '@codemirror/language';

const keywords = /^(if|else|match|let|map|import|root|this|meta)$/;
const values = /^(true|false|null)$/;

interface State {
  /** Within a text in three quotation marks, which goes on over lines. */
  long: boolean;
  /** The last thing was a dot: what follows is a field or a method. */
  dotted: boolean;
}

function token(stream: StringStream, state: State): string | null {
  if (state.long) return longText(stream, state);
  if (stream.eatSpace()) return null;
  const dotted = state.dotted;
  state.dotted = false;
  if (stream.match('#')) {
    stream.skipToEnd();
    return 'comment';
  }
  if (stream.match('"""')) {
    state.long = true;
    return longText(stream, state);
  }
  if (stream.match(/^"(?:[^"\\]|\\.)*"?/)) return 'string';
  if (stream.match(/^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/)) return 'number';
  if (stream.match(/^[$@][\w]*/)) return 'variableName.special';
  const word = stream.match(/^[A-Za-z_]\w*/) as RegExpMatchArray | null;
  if (word) return nameOf(word[0], dotted, stream);
  if (stream.match(/^(->|=>|==|!=|<=|>=|&&|\|\||[-+*/%<>!=|&])/)) return 'operator';
  state.dotted = stream.next() === '.';
  return 'punctuation';
}

/** A word is a method or function when a parenthesis follows, a field behind a dot, else a keyword or a name. */
function nameOf(word: string, dotted: boolean, stream: StringStream): string {
  if (stream.match(/^\s*\(/, false) && !keywords.test(word)) return dotted ? 'propertyName.function' : 'variableName.function';
  if (dotted) return 'propertyName';
  if (keywords.test(word)) return 'keyword';
  return values.test(word) ? 'bool' : 'variableName';
}

function longText(stream: StringStream, state: State): string {
  while (!stream.eol()) {
    if (stream.match('"""')) {
      state.long = false;
      break;
    }
    stream.next();
  }
  return 'string';
}

/** Reads mappings word by word. */
export const bloblangParser = {
  name: 'bloblang',
  startState: (): State => ({ long: false, dotted: false }),
  token,
  languageData: { commentTokens: { line: '#' }, closeBrackets: { brackets: ['(', '[', '{', '"'] } },
} satisfies StreamParser<State>;

const language = StreamLanguage.define(bloblangParser);

/** Colours mappings. */
export function bloblang(): LanguageSupport {
  return new LanguageSupport(language);
}
