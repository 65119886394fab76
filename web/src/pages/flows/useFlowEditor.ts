import { useMutation } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';

import { api, query } from '../../api/client';
import { problemsAt } from '../../api/problems';
import { useRefresh } from '../../api/runs';
import type { FlowRevision, Preview } from '../../api/schema';
import { insertStep, moveStep, type Path, pathText, read, removeStep, setAt, type DraftStep } from '../../flow/document';
import { keepDraft, keptDraft } from './draft';

interface Place {
  id: number;
  open: boolean;
}

let lastId = 0;
const place = (open: boolean): Place => ({ id: ++lastId, open });

/** The text of a flow as it is edited, with saving, checking and previewing. */
export function useFlowEditor(base: string, name: string | undefined) {
  const [text, setText] = useState(() => keptDraft(name, base) ?? base);
  const [restored, setRestored] = useState(text !== base);
  const flow = useMemo(() => read(text).flow, [text]);
  // Steps have no identity in the file; these keep what is open with its step.
  const [places, setPlaces] = useState<Place[]>(() => (flow.steps ?? []).map(() => place(name === undefined)));
  const [problems, setProblems] = useState<Record<string, string>>({});
  const [preview, setPreview] = useState<{ data: Preview; raw: string; index: number; text: string }>();
  const refresh = useRefresh();
  const save = query.useMutation('put', '/api/v1/flows/{name}', { onError: (e) => setProblems(problemsAt(e)) });
  const show = useMutation({
    mutationFn: async (limit: number) => {
      const answer = await api.POST('/api/v1/flows/preview', { body: { text, limit }, parseAs: 'text' });
      return { raw: answer.data ?? '', text };
    },
    onSuccess: ({ raw, text: of }) => setPreview({ data: JSON.parse(raw) as Preview, raw, index: 0, text: of }),
    onError: (e) => setProblems(problemsAt(e)),
  });

  const take = (text: string) => {
    setText(text);
    setPlaces((read(text).flow.steps ?? []).map(() => place(false)));
    setRestored(false);
    setProblems({});
    save.reset();
  };
  const dirty = text !== base;
  useEffect(() => keepDraft(name, base, dirty ? text : undefined), [name, base, text, dirty]);

  return {
    text,
    flow,
    dirty,
    restored: restored && dirty,
    places,
    problems,
    preview,
    save,
    show,
    set: (path: Path, value: unknown) => {
      setText((t) => setAt(t, path, value));
      const at = pathText(path);
      setProblems((all) => Object.fromEntries(Object.entries(all).filter(([p]) => p !== at && !p.startsWith(`${at}.`) && !at.startsWith(`${p}.`))));
    },
    change: (edit: (text: string) => string) => setText(edit),
    /** Begins anew with a text that is stored. */
    take,
    discard: () => take(base),
    insert: (at: number, step: DraftStep) => {
      setText((t) => insertStep(t, at, step));
      setPlaces((p) => p.toSpliced(at, 0, place(true)));
      setProblems({});
    },
    remove: (at: number) => {
      setText((t) => removeStep(t, at));
      setPlaces((p) => p.toSpliced(at, 1));
      setProblems({});
    },
    move: (from: number, to: number) => {
      setText((t) => moveStep(t, from, to));
      setPlaces((p) => {
        const moved = p[from];
        return moved ? p.toSpliced(from, 1).toSpliced(to, 0, moved) : p;
      });
      setProblems({});
    },
    toggle: (at: number) => setPlaces((p) => p.map((s, n) => (n === at ? { ...s, open: !s.open } : s))),
    openAll: (open: (at: number) => boolean) => setPlaces((p) => p.map((s, n) => (open(n) ? { ...s, open: true } : s))),
    showRecord: (index: number) => setPreview((p) => p && { ...p, index }),
    hidePreview: () => setPreview(undefined),
    /** Stores the flow; gives the revision, or nothing when something is wrong. */
    store: async (as: string): Promise<FlowRevision | undefined> => {
      setProblems({});
      const revision = await save.mutateAsync({ params: { path: { name: as } }, body: { text } }).catch(() => undefined);
      if (!revision) return undefined;
      setRestored(false);
      refresh('/api/v1/flows', '/api/v1/integrations', '/api/v1/connections');
      return revision;
    },
  };
}

export type FlowEditorState = ReturnType<typeof useFlowEditor>;
