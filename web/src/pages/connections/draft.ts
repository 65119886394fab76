import type { Condition, Connection, ConnectionInput, Field, Kind, Problem } from '../../api/schema';

/** What a form holds: settings as they are to be, and secrets typed since it was opened. */
export interface Draft {
  name: string;
  kind: string;
  settings: Record<string, string>;
  secrets: Record<string, string>;
}

export function draftOf(connection: Connection): Draft {
  return { name: connection.name, kind: connection.kind, settings: { ...connection.settings }, secrets: {} };
}

export function emptyDraft(kind = ''): Draft {
  return { name: '', kind, settings: {}, secrets: {} };
}

/** A setting, or the field's default for it. */
export function valueOf(kind: Kind, draft: Draft, field: string): string {
  return draft.settings[field] || kind.fields?.find((f) => f.name === field)?.default || '';
}

function holds(kind: Kind, draft: Draft, conditions: Condition[] | null | undefined): boolean {
  return (conditions ?? []).every((c) => (c.values ?? []).includes(valueOf(kind, draft, c.field)));
}

/** Whether the field counts, given the values of the others. */
export function applies(kind: Kind, draft: Draft, field: Field): boolean {
  return holds(kind, draft, field.when);
}

/** Whether the server gets the value by itself, so that nobody has to give it. */
export function obtained(kind: Kind, draft: Draft, field: Field): boolean {
  return Boolean(field.obtained?.length) && holds(kind, draft, field.obtained);
}

export function needs(kind: Kind, draft: Draft, field: Field): boolean {
  return Boolean(field.required) && !obtained(kind, draft, field);
}

/** Whether a form shows the field. A secret that is obtained is not asked for. */
export function shown(kind: Kind, draft: Draft, field: Field, editing: boolean): boolean {
  if (!applies(kind, draft, field) || (field.editing && !editing)) return false;
  return !(field.secret && obtained(kind, draft, field));
}

/** Fields that are shown, under the headings of their groups and in the kind's order. */
export function groupsOf(kind: Kind, draft: Draft, editing: boolean): { name: string; fields: Field[] }[] {
  const groups = new Map<string, Field[]>();
  for (const field of kind.fields ?? []) {
    if (!shown(kind, draft, field, editing)) continue;
    groups.set(field.group, [...(groups.get(field.group) ?? []), field]);
  }
  return [...groups].map(([name, fields]) => ({ name, fields }));
}

/**
 * What is sent to the server. Settings of fields that do not apply are left out;
 * secrets that were not typed are too, which keeps them.
 */
export function inputOf(kind: Kind, draft: Draft): ConnectionInput {
  const counts = new Set((kind.fields ?? []).filter((f) => applies(kind, draft, f)).map((f) => f.name));
  const kept = (values: Record<string, string>) => Object.fromEntries(Object.entries(values).filter(([name, value]) => counts.has(name) && value !== ''));
  const settings = kept(draft.settings);
  for (const field of kind.fields ?? []) {
    // A login's type decides what else counts, so it is said even where it is the default.
    if (field.name === 'type' && counts.has('type')) settings.type = valueOf(kind, draft, 'type');
  }
  return { name: draft.name.trim(), kind: draft.kind, settings, secrets: kept(draft.secrets) };
}

/** What differs between two states of a connection, in words; of secrets only that they do. */
export function differences(kind: Kind, from: Connection, to: Connection): { label: string; text: string }[] {
  const list = from.name === to.name ? [] : [{ label: 'Name', text: `${from.name} is ${to.name} now` }];
  for (const field of kind.fields ?? []) {
    if (field.secret) {
      if ((from.secrets?.[field.name] ?? '') !== (to.secrets?.[field.name] ?? '')) list.push({ label: field.label, text: 'is another one now' });
      continue;
    }
    const [before, now] = [from.settings[field.name] ?? '', to.settings[field.name] ?? ''];
    if (before !== now) list.push({ label: field.label, text: now === '' ? `${before} is gone` : before === '' ? `is ${now} now` : `${before} is ${now} now` });
  }
  return list;
}

export function changed(draft: Draft, from: Draft): boolean {
  return JSON.stringify(normal(draft)) !== JSON.stringify(normal(from));
}

function normal(draft: Draft) {
  const entries = (values: Record<string, string>) =>
    Object.entries(values)
      .filter(([, value]) => value !== '')
      .sort(([a], [b]) => (a < b ? -1 : 1));
  return [draft.name, draft.kind, entries(draft.settings), entries(draft.secrets)];
}

/** Where a problem of the server belongs in the form: the name of its field, or '' for none. */
export function fieldOf(problem: Problem): string {
  return problem.path.replace(/^(body\.)?(settings|secrets)\./, '').replace(/^body\./, '');
}

/** Problems by field. Those that belong to no field that is shown are under ''. */
export function problemsByField(problems: Problem[], names: string[]): Record<string, Problem[]> {
  const out: Record<string, Problem[]> = {};
  for (const problem of problems) {
    const name = fieldOf(problem);
    const place = names.includes(name) ? name : '';
    (out[place] ??= []).push(problem);
  }
  return out;
}
