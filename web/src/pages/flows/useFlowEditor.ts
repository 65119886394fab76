import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';

import { api, ApiError, query } from '../../api/client';
import { problemsAt } from '../../api/problems';
import { useRefresh } from '../../api/runs';
import type { FlowRevision, Preview } from '../../api/schema';
import { type DraftStep, type Path, pathText, type Spot } from '../../flow/document';
import type { Schema } from '../../flow/schema';
import { useFlowText } from './useFlowText';

/**
 * A flow as it is edited, with saving, checking and previewing. The number is that of the
 * revision whose text is the base; a new flow has none.
 */
export function useFlowEditor(base: string, name: string | undefined, schema: Schema, number?: number) {
  const file = useFlowText(base, name, schema);
  // What the text was made from. It stays when the page learns of a newer revision.
  const [from, setFrom] = useState(number);
  const { text } = file;
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
  // Where steps come and go, problems would stand at others.
  const anew = <A extends unknown[]>(act: (...args: A) => void) => (...args: A) => {
    act(...args);
    setProblems({});
  };
  const take = (text: string, of = number) => {
    file.take(text);
    setFrom(of);
    setProblems({});
    save.reset();
  };

  return {
    ...file,
    problems,
    /** Takes what a check of the whole text has found. */
    report: setProblems,
    preview,
    save,
    show,
    set: (path: Path, value: unknown) => {
      file.set(path, value);
      const at = pathText(path);
      setProblems((all) => Object.fromEntries(Object.entries(all).filter(([p]) => p !== at && !p.startsWith(`${at}.`) && !at.startsWith(`${p}.`))));
    },
    change: (edit: (text: string) => string) => file.edit(edit),
    /** Begins anew with a text that is stored, and the number of its revision. */
    take,
    /** Whether somebody else stored a revision since this text was made. */
    overtaken: save.error instanceof ApiError && save.error.body.code === 'flow.changed',
    discard: () => take(base),
    undo: anew(file.undo),
    redo: anew(file.redo),
    insert: anew((at: number, step: DraftStep) => file.insert(at, step)),
    remove: anew((at: number) => file.remove(at)),
    move: anew((from: number, to: number) => file.move(from, to)),
    insertAt: anew((spot: Spot, step: DraftStep) => file.insertAt(spot, step)),
    removeAt: anew((spot: Spot) => file.removeAt(spot)),
    transfer: anew((from: Spot, to: Spot) => file.transfer(from, to)),
    duplicate: anew((spot: Spot) => file.duplicate(spot)),
    showRecord: (index: number) => setPreview((p) => p && { ...p, index }),
    hidePreview: () => setPreview(undefined),
    /** Stores the flow; gives the revision, or nothing when something is wrong. */
    store: async (as: string, of = text, over = from): Promise<FlowRevision | undefined> => {
      setProblems({});
      const revision = await save.mutateAsync({ params: { path: { name: as } }, body: { text: of, base: over } }).catch(() => undefined);
      if (!revision) return undefined;
      setFrom(revision.number);
      file.forgetRestored();
      refresh('/api/v1/flows', '/api/v1/integrations', '/api/v1/connections');
      return revision;
    },
  };
}

export type FlowEditorState = ReturnType<typeof useFlowEditor>;
