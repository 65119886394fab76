import type { PreviewStep, Run, StepCounts } from '../../../api/schema';
import type { DraftStep } from '../../../flow/document';
import { kindOf } from '../../../flow/steps';

const number = new Intl.NumberFormat('en');

/** How many problems were found at a place or within it, but not in the steps of a branch's paths, which have places of their own. */
export function problemsIn(problems: Record<string, string>, at: string): string[] {
  return Object.entries(problems)
    .filter(([p]) => (p === at || p.startsWith(`${at}.`)) && !/^\.branch\.paths\[\d+\]/.test(p.slice(at.length)) && !p.slice(at.length).startsWith('.steps['))
    .map(([, text]) => text);
}

/** What still has to be entered before a step can do anything; nothing where all is there. */
export function missing(part: { connection?: string } | null | undefined, way: string | undefined, verb: string): string | undefined {
  if (!part?.connection) return 'Choose a connection';
  return way ? undefined : `Choose what to ${verb}`;
}

/** The same of steps that reach no other system. */
export function missingIn(step: DraftStep): string | undefined {
  switch (kindOf(step)) {
    case 'filter':
      return step.filter?.if ? undefined : 'Enter a condition';
    case 'map':
      return step.map?.trim() ? undefined : 'Enter a mapping';
    case 'fields':
      return (step.fields ?? []).some((f) => f.to) ? undefined : 'Enter fields';
    default:
      return undefined;
  }
}

/** What a run has read from an export, in a few words. */
export function readBy(run: Run, name: string): string {
  const of = run.exports?.find((e) => e.export === name);
  return `${number.format(of?.read ?? run.counts.read)} read`;
}

/** What a run did in a step or path, in a few words. */
export function doneIn(counts: StepCounts): string {
  const some = (n: number | undefined, word: string) => (n ? `${number.format(n)} ${word}` : '');
  const parts =
    counts.kind === 'import'
      ? [`${number.format(counts.written ?? 0)} written`, some(counts.unchanged, 'unchanged')]
      : counts.kind === 'lookup'
        ? [`${number.format(counts.in)} in`, some(counts.not_found, 'not found')]
        : [`${number.format(counts.in)} in`, some(counts.excluded, 'excluded')];
  return parts.filter(Boolean).join(' · ');
}

/** What becomes of the preview's record in a step. */
export interface Outcome {
  text: string;
  bad: boolean;
}

/** The same in words; nothing where the record does not come. */
export function outcomeOf(seen: Pick<PreviewStep, 'kind' | 'outcome' | 'problem'> | undefined): Outcome | undefined {
  if (!seen) return undefined;
  if (seen.outcome === 'failed') return { text: seen.problem || 'Would fail here', bad: true };
  if (seen.outcome === 'excluded') return { text: 'Excluded here', bad: false };
  const words: Record<string, string> = { filter: 'Passes', path: 'Takes this path', import: 'Would be sent' };
  return { text: words[seen.kind] ?? 'Goes on', bad: false };
}
