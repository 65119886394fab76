import { autocompletion, closeBrackets, closeBracketsKeymap, type CompletionSource, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from '@codemirror/commands';
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { lintKeymap } from '@codemirror/lint';
import { EditorState, type Extension } from '@codemirror/state';
import { crosshairCursor, drawSelection, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, keymap, lineNumbers, rectangularSelection } from '@codemirror/view';
import { tags as t } from '@lezer/highlight';

// Colours are variables of the page, so that light and dark need no second theme.
const colours = syntaxHighlighting(
  HighlightStyle.define([
    { tag: [t.keyword, t.operatorKeyword, t.controlKeyword, t.moduleKeyword], color: 'var(--code-keyword)', fontWeight: '550' },
    { tag: [t.string, t.special(t.string), t.regexp], color: 'var(--code-string)' },
    { tag: [t.number, t.bool, t.null, t.atom], color: 'var(--code-number)' },
    { tag: [t.comment, t.lineComment, t.blockComment], color: 'var(--code-comment)', fontStyle: 'italic' },
    { tag: [t.function(t.variableName), t.function(t.propertyName), t.standard(t.name)], color: 'var(--code-function)' },
    { tag: [t.propertyName, t.definition(t.propertyName), t.attributeName], color: 'var(--code-name)' },
    { tag: [t.typeName, t.className, t.special(t.variableName)], color: 'var(--code-function)' },
    { tag: [t.meta, t.labelName], color: 'var(--code-comment)' },
    { tag: t.invalid, color: 'var(--code-wrong)' },
  ]),
);

/** An editor of one line is a field: no line numbers, and Tab goes on to the next. */
const oneLine: Extension = EditorState.transactionFilter.of((tr) =>
  tr.newDoc.lines > 1 ? [tr, { changes: { from: 0, to: tr.newDoc.length, insert: tr.newDoc.toString().replace(/\s*\n\s*/g, ' ') }, sequential: true }] : tr,
);

const manyLines: Extension = [lineNumbers(), highlightActiveLine(), highlightActiveLineGutter(), rectangularSelection(), crosshairCursor(), keymap.of([{ key: 'Tab', run: indentMore, shift: indentLess }])];

/** What every editor has. */
export function basics(line: boolean, complete: CompletionSource): Extension {
  return [
    highlightSpecialChars(),
    history(),
    drawSelection(),
    indentOnInput(),
    indentUnit.of('  '),
    bracketMatching(),
    closeBrackets(),
    autocompletion({ icons: false, activateOnTyping: true }),
    EditorState.languageData.of(() => [{ autocomplete: complete }]),
    keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap]),
    line ? oneLine : manyLines,
    colours,
  ];
}
