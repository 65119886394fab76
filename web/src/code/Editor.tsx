import type { CompletionContext } from '@codemirror/autocomplete';
import { Compartment, EditorState, type Extension, StateEffect, Transaction } from '@codemirror/state';
import { EditorView, placeholder as placeholderOf } from '@codemirror/view';
import { useEffect, useEffectEvent, useId, useImperativeHandle, useMemo, useRef, useState } from 'react';

import type { CodeEditorProps } from './CodeEditor';
import classes from './code.module.css';
import { basics } from './extensions';
import { languageOf } from './languages';
import { changeTo, heights } from './lines';
import { markProblems } from './problems';
import { ProblemList } from './ProblemList';

/** The editor itself; others take CodeEditor, which loads it. */
export function Editor(props: CodeEditorProps) {
  const { value, language, label, readOnly = false, problems, minLines, maxLines, placeholder, describedBy, ref } = props;
  const hint = useId();
  const wrong = useId();
  const hasProblems = !!problems?.length;
  const isLine = maxLines === 1;
  const described = [describedBy, hasProblems && wrong, !isLine && !readOnly && hint].filter(Boolean).join(' ');
  const { box, view } = useView(props);
  const settings = useMemo(
    () => [
      EditorState.readOnly.of(readOnly),
      EditorView.contentAttributes.of({ tabindex: '0', 'aria-label': label, 'aria-multiline': String(!isLine), 'aria-readonly': String(readOnly), 'aria-invalid': String(hasProblems), 'aria-describedby': described }),
      placeholder ? placeholderOf(placeholder) : [],
      // What depends on its indentation is not broken over lines.
      language === 'yaml' ? [] : EditorView.lineWrapping,
    ],
    [language, readOnly, label, isLine, hasProblems, described, placeholder],
  );
  useSetting(view, settings);
  useSetting(view, useLanguage(language));
  useEffect(() => {
    if (view) markProblems(view, problems ?? []);
  }, [view, problems]);
  useImperativeHandle(
    ref,
    () => ({
      insert: (text) => view?.dispatch({ ...view.state.replaceSelection(text), userEvent: 'input.complete', scrollIntoView: true }),
      focus: () => view?.focus(),
    }),
    [view],
  );
  const go = (at: number) => {
    view?.dispatch({ selection: { anchor: at }, scrollIntoView: true });
    view?.focus();
  };
  return (
    <div>
      <div ref={box} className={classes.editor} style={heights(value, minLines, maxLines)} data-line={isLine || undefined} data-invalid={hasProblems || undefined} />
      <span id={hint} className="sr-only">
        Press Escape, then Tab, to leave the editor.
      </span>
      <ProblemList id={wrong} problems={problems ?? []} text={value} onGo={go} />
    </div>
  );
}

/** Makes the view, and keeps its text and the value the same. */
function useView({ value, label, onChange, onBlur, complete, maxLines, autoFocus }: CodeEditorProps) {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<EditorView | null>(null);
  // Texts that went out and have not come back yet: what a slow page shows is not to undo what was typed since.
  const sent = useRef<string[]>([]);
  const changed = useEffectEvent((text: string) => {
    sent.current.push(text);
    onChange?.(text);
  });
  const left = useEffectEvent(() => onBlur?.());
  const completed = useEffectEvent<NonNullable<typeof complete>>((context) => complete?.(context) ?? null);
  const start = useEffectEvent(() => ({ value, label, autoFocus, line: maxLines === 1 }));
  useEffect(() => {
    if (!box.current) return;
    const { value, label, autoFocus, line } = start();
    const own = new EditorView({
      parent: box.current,
      doc: value,
      extensions: [
        basics(line, (context: CompletionContext) => completed(context)),
        // It has its name from the first moment; the other attributes follow.
        EditorView.contentAttributes.of({ 'aria-label': label }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && update.transactions.some((t) => t.annotation(Transaction.remote) !== true)) changed(update.state.doc.toString());
        }),
        EditorView.domEventHandlers({ blur: () => left() }),
      ],
    });
    if (autoFocus) own.focus();
    setView(own);
    return () => own.destroy();
  }, []);
  useEffect(() => {
    if (!view) return;
    const known = sent.current.indexOf(value);
    sent.current = known < 0 ? [] : sent.current.slice(known + 1);
    const old = view.state.doc.toString();
    if (known >= 0 || old === value) return;
    view.dispatch({ changes: changeTo(old, value), annotations: [Transaction.remote.of(true), Transaction.addToHistory.of(false)] });
  }, [view, value]);
  return { box, view };
}

/** Puts an extension into the view, and another in its place when it changes. */
function useSetting(view: EditorView | null, extension: Extension) {
  const [place] = useState(() => new Compartment());
  useEffect(() => {
    if (!view) return;
    const known = place.get(view.state) !== undefined;
    view.dispatch({ effects: known ? place.reconfigure(extension) : StateEffect.appendConfig.of(place.of(extension)) });
  }, [view, place, extension]);
}

const none: Extension = [];

/** What colours and completes a language, once it is loaded. */
function useLanguage(language: CodeEditorProps['language']): Extension {
  const [loaded, setLoaded] = useState<{ language: string; extension: Extension }>();
  useEffect(() => {
    let gone = false;
    void languageOf(language).then((extension) => {
      if (!gone) setLoaded({ language, extension });
    });
    return () => {
      gone = true;
    };
  }, [language]);
  return loaded?.language === language ? loaded.extension : none;
}
