import { notifications } from '@mantine/notifications';
import { useEffect, useMemo, useState } from 'react';

import { query } from '../../../api/client';
import { problemsOf, sentence } from '../../../api/problems';
import { useRefresh } from '../../../api/runs';
import type { FlowTests } from '../../../api/schema';
import type { Problem } from '../../../code/CodeEditor';
import { keepDraft, keptDraft } from '../draft';
import { useEditor } from '../editor';

/** The tests of a flow as they are edited, with saving and running. Unsaved text is kept when another part of the page is shown, and over a reload. */
export function useTests(name: string, kept: FlowTests, onDirty: (dirty: boolean) => void) {
  const { text: flow } = useEditor();
  const draft = `tests/${name}`; // no flow is called so
  const [text, setText] = useState(() => keptDraft(draft, kept.text) ?? kept.text);
  const dirty = text !== kept.text;
  useEffect(() => {
    keepDraft(draft, kept.text, dirty ? text : undefined);
    onDirty(dirty);
  }, [draft, kept.text, text, dirty, onDirty]);
  const [of, setOf] = useState('');
  const refresh = useRefresh();
  const path = { params: { path: { name } } };
  const save = query.useMutation('put', '/api/v1/flows/{name}/tests', {
    onSuccess: () => {
      refresh('/api/v1/flows/{name}/tests');
      notifications.show({ message: `The tests of ${name} are saved` });
    },
  });
  const run = query.useMutation('post', '/api/v1/flows/{name}/tests/run');
  const now = `${flow}\n---\n${text}`;
  const problems = useMemo<Problem[]>(() => {
    const told = save.error ? problemsOf(save.error) : of === now ? (run.data?.problems ?? []) : [];
    const outcomes = of === now ? (run.data?.outcomes ?? []) : [];
    return [
      ...told.filter((p) => p.line).map((p) => ({ line: p.line ?? 1, column: p.column, message: sentence(p) })),
      ...outcomes.flatMap((o) => o.differences.map((d) => ({ line: d.line, column: d.column, message: d.message }))),
    ];
  }, [save.error, run.data, of, now]);
  return {
    text,
    setText: (t: string) => {
      setText(t);
      save.reset();
    },
    dirty,
    problems,
    save,
    run,
    /** What is shown was found with other texts. */
    stale: !!run.data && of !== now,
    store: () => save.mutate({ ...path, body: { text } }),
    start: () => {
      setOf(now);
      run.mutate({ ...path, body: { flow, text } });
    },
  };
}

export type Tests = ReturnType<typeof useTests>;
