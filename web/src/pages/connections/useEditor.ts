import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { api, ApiError } from '../../api/client';
import type { Connection, Kind, Problem } from '../../api/schema';
import { applies, changed, draftOf, type Draft, emptyDraft, inputOf, problemsByField } from './draft';

/** Where the form says all that is wrong. */
export const summaryID = 'form-summary';

/** Moves the focus to a field's input. */
export function focusField(name: string): void {
  const place = document.getElementById(`field-${name}`);
  const target = place?.matches('input,textarea,button') ? place : place?.querySelector<HTMLElement>('input:not([type="hidden"]),textarea,button');
  target?.focus();
  target?.scrollIntoView({ block: 'center' });
}

function proposed(kind: Kind): Draft {
  return emptyDraft(kind.id);
}

function without(problems: Record<string, Problem[]>, field: string) {
  return Object.fromEntries(Object.entries(problems).filter(([name]) => name !== field));
}

export function problemsOf(error: unknown): Problem[] {
  return error instanceof ApiError ? (error.body.problems ?? []) : [];
}

/** Whether somebody else has changed the connection since the form was opened. */
export function overtaken(error: unknown): boolean {
  return error instanceof ApiError && error.body.code === 'connection.changed';
}

/**
 * The state of a connection's form: what it holds, what the server has, what is wrong,
 * and what can be done with it. Secrets that were typed are forgotten once stored.
 */
export function useEditor(kind: Kind, opened: Connection | undefined, integration?: string) {
  const [stored, setStored] = useState(opened);
  const [base, setBase] = useState(() => (opened ? draftOf(opened) : proposed(kind)));
  const [draft, setDraft] = useState(base);
  const [problems, setProblems] = useState<Record<string, Problem[]>>({});
  const queries = useQueryClient();

  const refused = (error: unknown) => {
    const names = ['name', ...(kind.fields ?? []).filter((f) => applies(kind, draft, f)).map((f) => f.name)];
    const found = problemsByField(problemsOf(error), names);
    setProblems(found);
    const first = names.find((n) => found[n]);
    // After the fields of a group that was closed are drawn.
    setTimeout(() => (first ? focusField(first) : document.getElementById(summaryID)?.focus()));
  };

  const taken = async (connection: Connection | undefined) => {
    if (!connection) return;
    setStored(connection);
    setBase(draftOf(connection));
    setDraft(draftOf(connection));
    setProblems({});
    await refresh(queries, connection.name);
  };

  const save = useMutation({
    // Over it means: whatever somebody else has changed meanwhile.
    mutationFn: async ({ over }: { over?: boolean }) => {
      const body = { ...inputOf(kind, draft), ...(stored && !over && { base: stored.revision }) };
      if (!stored) return (await api.POST('/api/v1/connections', { body: integration ? { ...body, integration } : body })).data as Connection | undefined;
      return (await api.PUT('/api/v1/connections/{name}', { params: { path: { name: stored.name } }, body })).data as Connection | undefined;
    },
    onSuccess: taken,
    onError: refused,
    gcTime: 0,
  });

  const test = useMutation({
    mutationFn: async () => {
      const dirty = !stored || changed(draft, base);
      const answer = dirty
        ? await api.POST('/api/v1/connections/check', { body: { ...inputOf(kind, draft), ...(stored && { id: stored.id }) } })
        : await api.POST('/api/v1/connections/{name}/test', { params: { path: { name: stored.name } } });
      if (stored) await refresh(queries, stored.name);
      return answer.data;
    },
    onMutate: () => setProblems({}),
    onError: refused,
    gcTime: 0,
  });

  const authorize = useMutation({
    mutationFn: async ({ name, back }: { name: string; back: string }) => (await api.POST('/api/v1/connections/{name}/authorize', { params: { path: { name } }, body: { return: back } })).data,
    onError: () => setTimeout(() => document.getElementById(summaryID)?.focus()),
  });

  const set = (field: string, value: string, secret = false) => {
    setDraft((d) => (secret ? { ...d, secrets: { ...d.secrets, [field]: value } } : { ...d, settings: { ...d.settings, [field]: value } }));
    setProblems((all) => without(all, field));
  };
  const rename = (name: string) => {
    setDraft((d) => ({ ...d, name }));
    setProblems((all) => without(all, 'name'));
  };

  return { kind, stored, draft, base, dirty: changed(draft, base), problems, set, rename, save, test, authorize, taken };
}

export type Editor = ReturnType<typeof useEditor>;

/** Asks anew for what shows the connection. */
export async function refresh(queries: ReturnType<typeof useQueryClient>, name: string) {
  await Promise.all([
    queries.invalidateQueries({ queryKey: ['get', '/api/v1/connections'], exact: true }),
    queries.invalidateQueries({ queryKey: ['get', '/api/v1/connections/{name}', { params: { path: { name } } }] }),
  ]);
}
