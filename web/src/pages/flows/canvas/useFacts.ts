import { query } from '../../../api/client';
import type { StepCounts } from '../../../api/schema';
import { type Path, pathText } from '../../../flow/document';
import { schemaAt } from '../../../flow/schema';
import { exportSummary, kindOf, stepSummary } from '../../../flow/steps';
import { wayOf } from '../../../flow/ways';
import { useEditor } from '../editor';
import { stepTitles } from '../stepKinds';
import { useBoard } from './board';
import type { PathPart, SourcePart, StepPart } from './layout';
import { doneIn, missing, missingIn, type Outcome, outcomeOf, problemsIn, readBy } from './standing';

/** The end that a step has in another system. */
export interface Reach {
  /** Where its connection stands in the flow. */
  path: Path;
  connection?: string;
  /** The kind of the connection, once it is known. */
  application?: string;
}

/** What a part of the canvas shows. */
export interface Facts {
  /** The name that it was given, else what it is. */
  title: string;
  /** What it is, where the title does not say it. */
  kind?: string;
  summary: string;
  reach?: Reach;
  /** What is still to be entered. */
  missing?: string;
  problems: string[];
  /** What the shown run did here. */
  done?: string;
  /** What becomes of the preview's record here. */
  outcome?: Outcome;
  /** Records that the shown run could not get through here. */
  failed: number;
  /** Errors that wait for somebody. */
  open: number;
  /** The name under which runs and errors know it. */
  name: string;
}

/** What an export, a step or a path shows on the canvas. */
export function useFacts(part: SourcePart | StepPart | PathPart): Facts {
  const { schema, problems, preview } = useEditor();
  const record = preview?.data.records[preview.index];
  const { errors, run } = useBoard();
  const connections = query.useQuery('get', '/api/v1/connections');
  const kindOfConnection = (name: string | undefined) => connections.data?.items.find((c) => c.name === name)?.kind;
  const found = (name: string, counts: StepCounts | undefined) => ({ problems: problemsIn(problems, part.id), failed: counts?.failed ?? 0, open: errors(name), name, outcome: outcomeOf(record?.steps?.find((s) => s.step === name)), done: counts && doneIn(counts) });
  const countsOf = (name: string) => run?.steps?.find((s) => s.step === name);

  if (part.type === 'source') {
    const { value, path, name } = part.source;
    const way = wayOf(value, schemaAt(schema, 'export'));
    return {
      ...found(name, undefined),
      title: value?.name || 'Export',
      kind: value?.name ? 'Export' : undefined,
      summary: exportSummary(value, way),
      reach: { path: [...path, 'connection'], connection: value?.connection || undefined, application: kindOfConnection(value?.connection) },
      missing: missing(value, way, 'export'),
      done: run && readBy(run, name),
      outcome: record && (record.export ?? '') === (value?.name ?? '') ? { text: 'This record is shown', bad: false } : undefined,
    };
  }
  if (part.type === 'path') {
    const counts = countsOf(part.name);
    return { ...found(part.name, counts), title: part.value.name || 'Path', summary: part.value.if ? `if ${part.value.if}` : 'All others' };
  }
  const { step, name, path } = part;
  const kind = kindOf(step);
  const end = kind === 'import' ? step.import : kind === 'lookup' ? step.lookup : undefined;
  const way = wayOf(end ?? undefined, schemaAt(schema, 'steps', kind));
  const reaches = kind === 'import' || (kind === 'lookup' && !step.lookup?.table);
  return {
    ...found(name, countsOf(name)),
    title: step.name || stepTitles[kind],
    kind: step.name ? stepTitles[kind] : undefined,
    summary: stepSummary(step, way),
    reach: reaches ? { path: [...path, kind, 'connection'], connection: end?.connection || undefined, application: kindOfConnection(end?.connection) } : undefined,
    missing: reaches ? missing(end, way, kind === 'import' ? 'write' : 'ask') : missingIn(step),
  };
}

/** The same as one sentence, for who listens. */
export function spoken(facts: Facts): string {
  const parts = [facts.kind ? `${facts.kind} ${facts.title}` : facts.title, facts.summary, facts.reach?.connection && `connection ${facts.reach.connection}`, facts.missing];
  if (facts.problems.length > 0) parts.push(`${facts.problems.length} ${facts.problems.length === 1 ? 'problem' : 'problems'}`);
  if (facts.outcome) parts.push(facts.outcome.text);
  else if (facts.done) parts.push(facts.done);
  if (facts.failed > 0) parts.push(`${facts.failed} failed`);
  if (facts.open > 0) parts.push(`${facts.open} open ${facts.open === 1 ? 'error' : 'errors'}`);
  return parts.filter(Boolean).join(', ');
}

/** How a part is named where many are told apart: "Import", "split/eu". */
export function callOf(part: SourcePart | StepPart | PathPart): string {
  if (part.type === 'source') return part.source.value?.name ? `Export ${part.source.value.name}` : part.alone ? 'Export' : `Export ${pathText(part.source.path)}`;
  if (part.type === 'path') return `Path ${part.value.name ?? ''}`;
  return part.step.name || part.name;
}
