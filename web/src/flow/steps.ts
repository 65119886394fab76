import type { Draft, DraftStep } from './document';
import { wayLabel } from './ways';

export type StepKind = 'filter' | 'map' | 'import';

/** Which part of the step is set. */
export function kindOf(step: DraftStep): StepKind {
  if ('filter' in step) return 'filter';
  return 'import' in step ? 'import' : 'map';
}

/** The steps' names: one without a name is called by its kind and its place among its kind, as runs call it. */
export function stepNames(steps: DraftStep[]): string[] {
  const count = { filter: 0, map: 0, import: 0 };
  return steps.map((s) => {
    const kind = kindOf(s);
    count[kind]++;
    return s.name || `${kind}-${count[kind]}`;
  });
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
    case 'import': {
      const i = step.import;
      if (!i?.connection) return 'Choose where the records go';
      if (!way) return `To ${i.connection}: choose what to write`;
      const detail = i.netsuite?.record ?? i.sql?.table ?? i.csv?.path ?? i.jsonl?.path;
      return [i.operation ? i.operation.charAt(0).toUpperCase() + i.operation.slice(1) : 'Write', detail ?? wayLabel(way), 'to', i.connection].join(' ');
    }
  }
}
