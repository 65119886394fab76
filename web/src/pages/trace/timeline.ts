import type { Trace } from '../../api/schema';

/** Something that happened to a record. */
export interface Happening {
  id: string;
  what: 'touch' | 'error' | 'run';
  at: string;
  label: string;
  bad: boolean;
  title: string;
  where: string;
  to: string;
  message?: string;
  names?: string;
  texts: [string, string][];
}

const outcomes: Record<string, string> = { delivered: 'Written', written: 'Written', unchanged: 'Unchanged', failed: 'Failed', unknown: 'Outcome not known', excluded: 'Left out' };

/** What is known of a record, newest first. */
export function timeline(t: Trace): Happening[] {
  const list: Happening[] = [
    ...t.touches.map((x, i): Happening => ({
      id: `touch ${i}`,
      what: 'touch',
      at: x.at,
      label: outcomes[x.outcome] ?? x.outcome,
      bad: x.outcome === 'failed' || x.outcome === 'unknown',
      title: `Run ${x.run_id}`,
      to: `/runs/${x.run_id}`,
      where: `${x.flow}, step ${x.step}: ${x.operation} through ${x.connection}`,
      message: x.message,
      names: named({ key: x.key, 'external ID': x.external_id, ID: x.id }),
      texts: textsOf(x.request, x.response),
    })),
    ...t.errors.map((e): Happening => ({
      id: `error ${e.id}`,
      what: 'error',
      at: e.created_at,
      label: `Error, ${e.state}`,
      bad: e.state === 'open',
      title: `Error ${e.id}`,
      to: `/errors?state=${e.state}&error=${e.id}`,
      where: `${e.flow}, step ${e.step}, run ${e.run_id}`,
      message: e.message,
      names: e.state === 'resolved' ? `Resolved by ${e.resolved_by ?? ''}${e.reason ? `: ${e.reason}` : ''}` : undefined,
      texts: textsOf(e.request, e.response),
    })),
    ...t.runs.map((r): Happening => ({
      id: `run ${r.id}`,
      what: 'run',
      at: r.started_at || r.created_at,
      label: `Run ${r.state}`,
      bad: r.state === 'failed',
      title: `Run ${r.id}`,
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
