import { Drawer, Text } from '@mantine/core';
import { useMemo, useRef } from 'react';

import { useFindOptions } from '../../../../api/metadata';
import type { RecordField } from '../../../../api/schema';
import { completeBloblang } from '../../../../code/bloblangCompletion';
import type { EditorHandle, Problem } from '../../../../code/CodeEditor';
import { type Path, pathText } from '../../../../flow/document';
import { assigned, assignedByRows, flowUpTo, pathsIn, type Target, targetOf } from '../../../../flow/mapped';
import type { Schema } from '../../../../flow/schema';
import { type Editor, EditorContext, useEditor } from '../../editor';
import { FieldGrid } from '../../FieldGrid';
import { CodeField, tidied } from '../CodeField';
import { type Choice, choiceAt, fieldOfId, inserted } from './choice';
import classes from './mapping.module.css';
import { type MappingNames, NamesContext } from './names';
import { Result } from './Result';
import { leavesOf, SourceTree } from './SourceTree';
import { TargetFields } from './TargetFields';
import { fieldsBelow, standingOf, useTargets } from './targets';
import { type Outcome, useEvaluation } from './useEvaluation';
import { useSample } from './useSample';

interface Props {
  kind: 'map' | 'fields';
  /** Of the step's map or fields. */
  path: Path;
  schema: Schema;
  value: unknown;
  onClose: () => void;
}

const makesRecords = new Set(['add', 'upsert', 'transform']);
const noFields: RecordField[] = [];

/** A mapping beside the record that comes and the fields that are to be made, with what it makes of the record. */
export function MappingPane({ kind, path, schema, value, onClose }: Props) {
  const { flow, set, readOnly } = useEditor();
  const step = useMemo(() => path.slice(0, -1), [path]);
  const target = useMemo(() => targetOf(flow, step), [flow, step]);
  const close = () => {
    if (!readOnly && typeof value === 'string' && tidied(value) !== value) set(path, tidied(value));
    onClose();
  };
  return (
    <Drawer opened onClose={close} position="right" size="100%" padding="md" title={<Text fw={600}>{target ? `Mapping for ${target.record ?? target.table ?? target.connection}` : 'Mapping'}</Text>}>
      <Body kind={kind} path={path} step={step} schema={schema} value={value} />
    </Drawer>
  );
}

function Body({ kind, path, step, schema, value }: Omit<Props, 'onClose'> & { step: Path }) {
  const editor = useEditor();
  const { flow, set, readOnly } = editor;
  const handle = useRef<EditorHandle>(null);
  const before = useMemo(() => flowUpTo(flow, step), [flow, step]);
  const sample = useSample(before);
  // The same as long as it says the same: what rests on it is not begun anew with each letter of the mapping.
  const found = JSON.stringify(targetOf(flow, step) ?? null);
  const target = useMemo(() => (JSON.parse(found) as Target | null) ?? undefined, [found]);
  const targets = useTargets(target);
  const fields = targets.fields ?? noFields;
  const text = typeof value === 'string' ? value : '';
  const { outcome, error, isStale } = useEvaluation(kind === 'map' ? { kind: 'mapping', text } : { kind: 'fields', fields: Array.isArray(value) ? value : [] }, sample.value === undefined ? undefined : sample.raw);
  const paths = useMemo(() => [...(kind === 'map' ? assigned(text) : assignedByRows(value)), ...pathsIn(outcome?.record)], [kind, text, value, outcome]);
  const standing = useMemo(() => standingOf(fields, paths, makesRecords.has(target?.operation ?? '')), [fields, paths, target]);
  const findOptions = useFindOptions();
  const complete = useMemo(
    () =>
      completeBloblang({
        record: sample.value,
        targets: (at) => fieldsBelow(fields, at).filter((f) => !f.read_only).map((f) => ({ name: f.name, about: f.label })),
        values: (at) => {
          const choice = choiceAt(fields, target, at);
          return choice && ((part) => findOptions(choice, part));
        },
      }),
    [sample.value, fields, target, findOptions],
  );
  const names = useMemo<MappingNames>(
    () => ({
      from: leavesOf(sample.value).map((l) => l.path),
      to: (within) => fieldsBelow(fields, within.split('.').filter(Boolean)).filter((f) => !f.read_only).map(({ name, label }) => ({ name, label })),
      choice: (path) => choiceAt(fields, target, path),
    }),
    [sample.value, fields, target],
  );
  const addRow = (row: { to: string; from: string } | { to: string; value: string }) => {
    const rows = Array.isArray(value) ? value : [];
    set(rows.length ? [...path, rows.length] : path, rows.length ? row : [row]);
  };
  const pickTarget = (to: string) => {
    if (kind === 'fields') addRow({ to, from: '' });
    else handle.current?.insert(`${text === '' || text.endsWith('\n') ? '' : '\n'}root.${to} = `);
    handle.current?.focus();
  };
  const pickValue = (to: string, choice: Choice, id: string) => {
    if (kind === 'fields') addRow({ to: fieldOfId(choice, to), value: id });
    else handle.current?.insert(inserted(choice, to, id, text));
    handle.current?.focus();
  };
  const pickSource = (from: string) => {
    if (kind === 'fields') addRow({ to: '', from });
    else handle.current?.insert(from);
    handle.current?.focus();
  };
  const own: Editor = { ...editor, problems: { ...editor.problems, ...problemsOfRows(path, outcome) } };
  return (
    <div className={classes.body}>
      <SourceTree sample={sample} readOnly={readOnly} onPick={pickSource} />
      <div className={classes.middle}>
        {kind === 'map' ? (
          <CodeField ref={handle} untidy label="Mapping" language="bloblang" readOnly={readOnly} value={text} onChange={(v) => set(path, v)} complete={complete} problems={problemsOfText(outcome)} minLines={12} maxLines={28} placeholder="root.companyName = this.name" />
        ) : (
          <NamesContext value={names}>
            <EditorContext value={own}>
              <FieldGrid schema={schema} path={path} value={value} />
            </EditorContext>
          </NamesContext>
        )}
        <Result outcome={outcome} error={error} isStale={isStale} hasRecord={sample.raw !== undefined} />
      </div>
      <TargetFields
        title={targets.label ? `Fields of ${targets.label}` : 'Fields to make'}
        standing={standing}
        isLoading={targets.isLoading}
        error={targets.error}
        none={target ? 'The other side does not describe its fields.' : 'Choose what the import behind this step writes, and its fields show here.'}
        readOnly={readOnly}
        onPick={pickTarget}
        // Lines of a table are made by rows within rows, where their values are chosen too.
        choice={(path) => [names.choice(path)].find((c) => c && (kind === 'map' || (!c.ofLines && c.type !== 'multiselect')))}
        onValue={pickValue}
      />
    </div>
  );
}

/** Mistakes in a text, and what the record fails with, at their lines. */
function problemsOfText(outcome: Outcome | undefined): Problem[] | undefined {
  return outcome?.problems.map((p) => ({ line: p.line ?? 1, column: p.column || undefined, message: p.message.replace(/^line \d+: /, '') }));
}

/** The same of a table's rows, by their paths in the flow. */
function problemsOfRows(path: Path, outcome: Outcome | undefined): Record<string, string> {
  const found: Record<string, string> = {};
  for (const p of outcome?.problems ?? []) {
    const row = /^row (\d+)/.exec(p.path);
    found[row ? `${pathText(path)}[${Number(row[1]) - 1}]` : p.path.replace(/^fields/, pathText(path))] = p.message.replace(/^line \d+: /, '');
  }
  return found;
}
