import { type Document, isCollection, isMap, isNode, isScalar, isSeq, type Node, parseDocument, Scalar, visit, type YAMLMap, type YAMLSeq } from 'yaml';

import type { Flow } from '../api/schema';

/** A place in a flow file: keys and positions in lists. */
export type Path = (string | number)[];

/** What the form shows while something is still missing. */
export type Draft = Partial<Omit<Flow, 'export' | 'steps'>> & { export?: Partial<NonNullable<Flow['export']>>; steps?: DraftStep[] };
export type DraftStep = Partial<NonNullable<Flow['steps']>[number]>;

/** A path as the server writes it in problems: steps[1].import.record. */
export function pathText(path: Path): string {
  return path.map((p, i) => (typeof p === 'number' ? `[${p}]` : i === 0 ? p : `.${p}`)).join('');
}

/** Sets the value at a path, or takes the key away when it is undefined. Comments stay. */
export function setAt(text: string, path: Path, value: unknown): string {
  return change(text, (document) => {
    if (value === undefined) {
      if (document.hasIn(path)) document.deleteIn(path);
      return;
    }
    const old = document.getIn(path, true);
    if (isScalar(old) && typeof value !== 'object') {
      old.value = value;
      old.type = undefined;
      return;
    }
    makeWay(document, path);
    document.setIn(path, document.createNode(value));
  });
}

const topSteps: Path = ['steps'];

/** Puts a step before the one at the position, in the flow's steps or in those of a branch's path. */
export function insertStep(text: string, at: number, step: DraftStep, list = topSteps): string {
  return change(text, (document) => {
    const steps = stepsOf(document, list);
    if (steps) steps.items.splice(at, 0, document.createNode(step));
    else document.setIn(list, document.createNode([step]));
  });
}

export function removeStep(text: string, at: number, list = topSteps): string {
  return change(text, (document) => {
    stepsOf(document, list)?.items.splice(at, 1);
  });
}

/** Moves a step, with its comments, to another place in its list. */
export function moveStep(text: string, from: number, to: number, list = topSteps): string {
  return change(text, (document) => {
    const items = stepsOf(document, list)?.items;
    if (!items) return;
    const [step] = items.splice(from, 1);
    if (step) items.splice(to, 0, step);
  });
}

/** Where a step stands, or would stand: the list, and the position in it. */
export interface Spot {
  list: Path;
  at: number;
}

/** Moves a step, with its comments, to a spot of any list. Both spots are meant as they are before it. */
export function transferStep(text: string, from: Spot, to: Spot): string {
  if (!pathAfterRemoval(to.list, from)) return text; // no step goes into itself
  return change(text, (document) => {
    const source = stepsOf(document, from.list);
    const target = stepsOf(document, to.list);
    const step = source?.items[from.at];
    if (!source || !step) return;
    source.items.splice(from.at, 1);
    if (!target) document.setIn(to.list, document.createNode([step]));
    else target.items.splice(source === target && from.at < to.at ? to.at - 1 : to.at, 0, step);
  });
}

/** Where a step stands that is at a path before another one is moved. */
export function spotAfterTransfer(from: Spot, to: Spot): Spot {
  const at = sameList(from.list, to.list) && from.at < to.at ? to.at - 1 : to.at;
  return { list: pathAfterRemoval(to.list, from) ?? to.list, at };
}

/** What a path is when a step has gone; nothing when it was within that step. */
export function pathAfterRemoval(path: Path, { list, at }: Spot): Path | undefined {
  const there = path[list.length];
  if (!sameList(path.slice(0, list.length), list) || typeof there !== 'number') return path;
  if (there === at) return undefined;
  return there > at ? path.with(list.length, there - 1) : path;
}

/** What a path is when a step has come to a spot. */
export function pathAfterInsertion(path: Path, { list, at }: Spot): Path {
  const there = path[list.length];
  return sameList(path.slice(0, list.length), list) && typeof there === 'number' && there >= at ? path.with(list.length, there + 1) : path;
}

function sameList(a: Path, b: Path): boolean {
  return pathText(a) === pathText(b);
}

/** Puts a copy of a step behind it. Names that have to differ get a number. */
export function duplicateStep(text: string, { list, at }: Spot): string {
  return change(text, (document) => {
    const steps = stepsOf(document, list);
    const step = steps?.items[at];
    if (!steps || !step) return;
    const taken = namesIn(document);
    const copy = step.clone() as Node;
    const rename = (node: unknown) => {
      if (!isMap(node)) return;
      const name = node.get('name');
      if (typeof name === 'string' && name !== '') node.set('name', freeName(name, taken));
      const paths = node.getIn(['branch', 'paths']);
      for (const path of isSeq(paths) ? paths.items : []) {
        const inner = isMap(path) ? path.get('steps') : undefined;
        if (isSeq(inner)) inner.items.forEach(rename);
      }
    };
    rename(copy);
    steps.items.splice(at + 1, 0, copy);
  });
}

function namesIn(document: Document.Parsed): Set<string> {
  const names = new Set<string>();
  visit(document, {
    Pair(_, { key, value }) {
      if (isScalar(key) && key.value === 'name' && isScalar(value)) names.add(String(value.value));
    },
  });
  return names;
}

/** The name with the smallest number behind it that nobody has; it is taken then. */
function freeName(name: string, taken: Set<string>): string {
  const stem = name.replace(/-\d+$/, '');
  let n = 2;
  while (taken.has(`${stem}-${n}`)) n++;
  taken.add(`${stem}-${n}`);
  return `${stem}-${n}`;
}

/** Adds an export. The one that was alone becomes the first of the list. */
export function addExport(text: string): string {
  return change(text, (document) => {
    const root = document.contents as unknown as YAMLMap<Scalar, Node>;
    const taken = namesIn(document);
    const added = document.createNode({ name: freeName('export', taken), connection: '' });
    const list: unknown = root.get('exports', true);
    if (isSeq<Node>(list)) {
      list.items.push(added);
      return;
    }
    const alone = root.items.find(({ key }) => key.value === 'export');
    const first = isMap(alone?.value) ? alone.value : document.createNode({ connection: '' });
    const exports = document.createNode([]) as unknown as YAMLSeq<Node>;
    exports.items.push(first, added);
    if (!alone) {
      document.set('exports', exports);
      return;
    }
    alone.key.value = 'exports';
    alone.value = exports;
  });
}

function stepsOf(document: Document.Parsed, list: Path): YAMLSeq<Node> | undefined {
  const steps = document.getIn(list);
  if (!isSeq(steps)) return undefined;
  // A comment over the first step is kept at the list; it belongs to the step.
  const [first] = steps.items;
  if (isNode(first) && steps.commentBefore) {
    first.commentBefore = steps.commentBefore;
    steps.commentBefore = null;
  }
  return steps as YAMLSeq<Node>;
}

/** Replaces whatever stands on the way to a path and is not a collection, such as "export:" without a value. */
function makeWay(document: Document.Parsed, path: Path) {
  for (let length = 1; length < path.length; length++) {
    const way = path.slice(0, length);
    if (!isCollection(document.getIn(way, true))) document.setIn(way, document.createNode(typeof path[length] === 'number' ? [] : {}));
  }
}

function change(text: string, edit: (document: Document.Parsed) => void): string {
  const document = parseDocument(text);
  if (document.errors.length > 0) return text;
  if (!isMap(document.contents)) document.contents = document.createNode({}) as unknown as typeof document.contents;
  edit(document);
  arrange(document);
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

// Words and numbers that readers of YAML disagree about are written in quotes.
const doubtful = /^(y|n|yes|no|on|off|true|false|null|~|[-+.]?[0-9].*)$/i;

/**
 * Writes as the server's canonical form does: texts of several lines as blocks,
 * plain lists on one line. Comments are kept, spacing is not.
 */
function arrange(document: Document.Parsed) {
  visit(document, {
    Scalar(key, node) {
      if (typeof node.value !== 'string') return;
      if (key !== 'key' && node.value.includes('\n')) node.type = Scalar.BLOCK_LITERAL;
      else if (node.type === Scalar.BLOCK_FOLDED || node.type === Scalar.BLOCK_LITERAL) node.type = undefined;
      else if (node.type !== Scalar.QUOTE_SINGLE && doubtful.test(node.value)) node.type = Scalar.QUOTE_DOUBLE;
    },
    Seq(_, node) {
      node.flow = node.items.every((i) => isScalar(i) && !i.comment && !i.commentBefore);
    },
    Map(key, node) {
      if (key !== 'key') node.flow = node.items.length === 0;
    },
  });
}

/** The path of what is left empty when the value at a path goes: itself, or the objects around it that hold nothing else. */
export function emptied(flow: Draft, path: Path): Path {
  for (let length = 1; length < path.length; length++) {
    let at: unknown = flow;
    for (const key of path.slice(0, length)) at = (at as Record<string | number, unknown> | undefined)?.[key];
    const rest = path.slice(length);
    let only = typeof at === 'object' && at !== null && !Array.isArray(at);
    for (const key of rest) {
      if (!only) break;
      const keys = Object.keys(at as object);
      only = keys.length === 1 && keys[0] === String(key);
      at = (at as Record<string | number, unknown>)[key];
    }
    if (only) return path.slice(0, length);
  }
  return path;
}
