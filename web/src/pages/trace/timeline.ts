import type { Trace } from '../../api/schema';

/** Something that happened to a record. */
export interface Happening {
  id: string;
  at: string;
  label: string;
  bad: boolean;
  what: string;
  where: string;
  to: string;
  message?: string;
  names?: string;
  texts: [string, string][];
}

/** What is known of a record, newest first. */
export function timeline(t: Trace): Happening[] {
  const list: Happening[] = [
    ...t.touches.map((x, i): Happening => ({
      id: `touch ${i}`,
      at: x.at,
      label: x.outcome,
      bad: x.outcome === 'failed' || x.outcome === 'unknown',
      what: `Run ${x.run_id}`,
      to: `/runs/${x.run_id}`,
      where: `${x.flow}, step ${x.step}: ${x.operation} through ${x.connection}`,
      message: x.message,
      names: named({ key: x.key, 'external ID': x.external_id, ID: x.id }),
      texts: textsOf(x.request, x.response),
    })),
    ...t.errors.map((e): Happening => ({
      id: `error ${e.id}`,
      at: e.created_at,
      label: `error ${e.state}`,
      bad: e.state === 'open',
      what: `Error ${e.id}`,
      to: `/errors?state=${e.state}&error=${e.id}`,
      where: `${e.flow}, step ${e.step}, run ${e.run_id}`,
      message: e.message,
      names: e.state === 'resolved' ? `Resolved by ${e.resolved_by ?? ''}${e.reason ? `: ${e.reason}` : ''}` : undefined,
      texts: textsOf(e.request, e.response),
    })),
    ...t.runs.map((r): Happening => ({
      id: `run ${r.id}`,
      at: r.started_at || r.created_at,
      label: `run ${r.state}`,
      bad: r.state === 'failed',
      what: `Run ${r.id}`,
      to: `/runs/${r.id}`,
      where: r.flow,
      message: r.error?.message,
      texts: [],
    })),
  ];
  return list.sort((a, b) => b.at.localeCompare(a.at));
}

function named(names: Record<string, string | undefined>): string {
  return Object.entries(names)
    .filter(([, value]) => value)
    .map(([name, value]) => `${name} ${value ?? ''}`)
    .join(', ');
}

function textsOf(request?: string, response?: string): [string, string][] {
  const texts: [string, string][] = [];
  if (request) texts.push(['Request', request]);
  if (response) texts.push(['Answer', response]);
  return texts;
}
