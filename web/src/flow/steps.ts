import type { Draft, DraftStep, Path } from './document';
import { wayLabel } from './ways';

export type StepKind = 'filter' | 'map' | 'branch' | 'import';

export type DraftPath = Partial<NonNullable<NonNullable<DraftStep['branch']>['paths']>[number]>;

/** Which part of the step is set. */
export function kindOf(step: DraftStep): StepKind {
  if ('filter' in step) return 'filter';
  if ('branch' in step) return 'branch';
  return 'import' in step ? 'import' : 'map';
}

/** A step, or a path of a branch, with the name under which runs count it. */
export interface Place {
  name: string;
  /** How many branches it is in. */
  depth: number;
  step?: DraftStep;
  path?: DraftPath;
}

/** All steps and paths in the order of the file. A step without a name is called by its kind and its place among its kind, a path branch/path. */
export function placesOf(steps: DraftStep[]): Place[] {
  const count = { filter: 0, map: 0, branch: 0, import: 0 };
  const places: Place[] = [];
  const walk = (list: DraftStep[], depth: number) => {
    for (const step of list) {
      const kind = kindOf(step);
      count[kind]++;
      const name = step.name || `${kind}-${count[kind]}`;
      places.push({ name, depth, step });
      for (const path of step.branch?.paths ?? []) {
        places.push({ name: `${name}/${path.name ?? ''}`, depth: depth + 1, path });
        walk(path.steps ?? [], depth + 1);
      }
    }
  };
  walk(steps, 0);
  return places;
}

/** An export of the flow, with its place and what runs and previews call it. */
export interface Source {
  path: Path;
  name: string;
  value: Draft['export'];
}

/** The flow's exports, in the order in which a run reads them. */
export function exportsOf(flow: Pick<Draft, 'export' | 'exports'>): Source[] {
  if (!flow.exports?.length) return [{ path: ['export'], name: flow.export?.name || 'export', value: flow.export }];
  return flow.exports.map((value, n) => ({ path: ['exports', n], name: value.name || 'export', value }));
}

/** What the export does, in a few words. */
export function exportSummary(e: Draft['export'], way: string | undefined): string {
  if (!e?.connection) return 'Choose where the records come from';
  if (!way) return `From ${e.connection}: choose what to read`;
  const detail = e.records?.type ?? e.csv?.path ?? e.jsonl?.path ?? e.xlsx?.path;
  return `${wayLabel(way)}${detail ? ` ${detail}` : ''} from ${e.connection}`;
}

/** What a step does, in a few words. */
export function stepSummary(step: DraftStep, way: string | undefined): string {
  switch (kindOf(step)) {
    case 'filter':
      return step.filter?.if ? `Only records with ${step.filter.if}` : 'Let only some records pass';
    case 'map': {
      const lines = (step.map ?? '').split('\n').filter((l) => l.trim() !== '' && !l.trim().startsWith('#'));
      return lines.length === 0 ? 'Make a new record of each' : lines.length === 1 ? (lines[0] ?? '').trim() : `Mapping of ${lines.length} lines`;
    }
    case 'branch': {
      const paths = (step.branch?.paths ?? []).map((p) => p.name).join(', ');
      return step.branch?.take === 'all' ? `Every path that holds: ${paths}` : `The first path that holds: ${paths}`;
    }
    case 'import': {
      const i = step.import;
      if (!i?.connection) return 'Choose where the records go';
      if (!way) return `To ${i.connection}: choose what to write`;
      const detail = i.netsuite?.record ?? i.sql?.table ?? i.csv?.path ?? i.jsonl?.path;
      return [i.operation ? i.operation.charAt(0).toUpperCase() + i.operation.slice(1) : 'Write', detail ?? wayLabel(way), 'to', i.connection].join(' ');
    }
  }
}
