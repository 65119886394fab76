import { type Draft, type DraftStep, type Path, pathText, type Spot } from '../../../flow/document';
import { type DraftPath, exportsOf, placesOf, type Source } from '../../../flow/steps';

/** The measures of the canvas, in pixels at full size. */
export const size = { width: 240, height: 128, head: 176, headHeight: 80, gap: 60, plus: 28, pad: 16, between: 16, stack: 28, join: 10, row: 36 } as const;

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

interface Placed {
  id: string;
  box: Box;
}

export type SourcePart = Placed & { type: 'source'; source: Source; /** Whether the flow would be without exports if it went. */ alone: boolean };
export type StepPart = Placed & { type: 'step'; spot: Spot; path: Path; name: string; step: DraftStep };
export type PathPart = Placed & { type: 'path'; path: Path; name: string; value: DraftPath };
export type PlusPart = Placed & { type: 'plus'; spot: Spot; /** The stops before it, from which Tab comes to it. */ behind: string[]; place: string; /** What stands beside it where nothing follows. */ says?: string };
export type ButtonPart = Placed & { type: 'button'; label: string; /** The branch that gets another path; without it the flow gets another export. */ branch?: Path; count: number };
export type DecorPart = Placed & { type: 'lane' | 'join' };

/** Something that stands on the canvas. */
export type Part = SourcePart | StepPart | PathPart | PlusPart | ButtonPart | DecorPart;

export interface Point {
  x: number;
  y: number;
}

/** The way of the records from one part to another. */
export interface Line {
  id: string;
  from: string;
  to: string;
  points: Point[];
  /** Records take it only when no path of a branch holds, or none takes it yet. */
  quiet: boolean;
  /** It leads to a plus sign, and nothing stands there otherwise. */
  free?: boolean;
}

export interface Layout {
  /** In reading order: what stands behind others comes first. */
  parts: Part[];
  lines: Line[];
}

/** Places a flow's exports at the left and its steps to the right of them, the paths of a branch one above another. */
export function layout(flow: Draft): Layout {
  return new Sheet(flow).done();
}

/** What records come out of: where lines and plus signs go on. */
interface End {
  id: string;
  x: number;
  y: number;
  /** The exports, the step or the path's head that it belongs to. */
  stops: string[];
  /** What it is called in "behind …". */
  place: string;
}

class Sheet {
  private readonly behind: Part[] = [];
  private readonly parts: Part[] = [];
  private readonly lines: Line[] = [];
  private readonly names: Map<DraftStep | DraftPath, string>;

  constructor(private readonly flow: Draft) {
    this.names = new Map(placesOf(flow.steps ?? []).map((p) => [(p.step ?? p.path) as DraftStep | DraftPath, p.name]));
  }

  done(): Layout {
    const steps = this.flow.steps ?? [];
    const end = this.list(['steps'], steps, this.sources());
    this.plus({ list: ['steps'], at: steps.length }, end, steps.length === 0 ? 'Add a step' : '');
    return { parts: [...this.behind, ...this.parts], lines: this.lines };
  }

  private sources(): End {
    const sources = exportsOf(this.flow);
    const step = size.height + size.stack;
    const top = -(sources.length * step - size.stack) / 2;
    const ends = sources.map((source, n) => {
      const id = pathText(source.path);
      this.parts.push({ type: 'source', id, source, alone: sources.length === 1, box: { x: 0, y: top + n * step, width: size.width, height: size.height } });
      return { id, x: size.width, y: top + n * step + size.height / 2, stops: [id], place: 'the export' };
    });
    this.parts.push({ type: 'button', id: 'more', label: 'Another export', count: sources.length, box: { x: 0, y: top + sources.length * step - size.stack + 12, width: 148, height: size.row - 6 } });
    const [only] = ends;
    if (only && ends.length === 1) return only;
    return this.join('exports', { x: size.width + size.gap, y: 0 }, ends, size.width + size.gap / 2, { stops: ends.flatMap((e) => e.stops), place: 'the exports' });
  }

  /** Places steps one behind another. */
  private list(list: Path, steps: DraftStep[], start: End): End {
    let end = start;
    steps.forEach((step, at) => {
      this.plus({ list, at }, end);
      end = this.step({ list, at }, step, end);
    });
    return end;
  }

  private step(spot: Spot, step: DraftStep, before: End): End {
    const path = [...spot.list, spot.at];
    const id = pathText(path);
    const name = this.names.get(step) ?? '';
    const box = { x: before.x + size.gap, y: before.y - size.height / 2, width: size.width, height: size.height };
    this.parts.push({ type: 'step', id, spot, path, name, step, box });
    this.line(before, { id, x: box.x, y: before.y });
    const end = { id, x: box.x + box.width, y: before.y, stops: [id], place: name };
    return step.branch ? this.branch([...path, 'branch'], step.branch, end) : end;
  }

  /** Places the paths of a branch as lanes, and brings together what comes out of them. */
  private branch(path: Path, branch: NonNullable<DraftStep['branch']>, from: End): End {
    const paths: DraftPath[] = branch.paths ?? [];
    const left = from.x + size.gap;
    const ends: End[] = [];
    const lanes: Box[] = [];
    let y = from.y - branchHeight(branch) / 2;
    let right = left;
    paths.forEach((value, n) => {
      const of = extent(value.steps ?? []);
      const height = of.up + of.down + 2 * size.pad;
      const end = this.lane([...path, 'paths', n], value, { from, left: left + size.pad, y: y + size.pad + of.up });
      if (end.goesOn && branch.take !== 'all') ends.push(end);
      lanes.push({ x: left, y, width: 0, height });
      right = Math.max(right, end.x + size.pad);
      y += height + size.between;
    });
    lanes.forEach((box, n) => this.behind.push({ type: 'lane', id: `${pathText(path)}.lane-${n}`, box: { ...box, width: right - left } }));
    this.parts.push({ type: 'button', id: `${pathText(path)}.more`, label: 'Another path', branch: path, count: paths.length, box: { x: left, y, width: 132, height: size.row - 6 } });
    const join = { x: right + size.gap, y: from.y };
    const end = this.join(pathText(path), join, ends, right + size.gap / 2, from);
    if (passes(branch)) {
      const [start, under] = [from.x + size.gap / 2, y + size.row + 8];
      const back = right + size.gap / 2;
      this.lines.push({ id: `${end.id}-past`, from: from.id, to: end.id, quiet: branch.take !== 'all', points: [{ x: from.x, y: from.y }, { x: start, y: from.y }, { x: start, y: under }, { x: back, y: under }, { x: back, y: from.y }, join] });
    }
    return end;
  }

  /** Places a path's head and its steps. */
  private lane(path: Path, value: DraftPath, { from, left, y }: { from: End; left: number; y: number }): End & { goesOn: boolean } {
    const id = pathText(path);
    const steps = value.steps ?? [];
    const name = this.names.get(value) ?? '';
    this.parts.push({ type: 'path', id, path, name, value, box: { x: left, y: y - size.headHeight / 2, width: size.head, height: size.headHeight } });
    this.line(from, { id, x: left, y }, from.x + size.gap / 2);
    const list = [...path, 'steps'];
    const end = this.list(list, steps, { id, x: left + size.head, y, stops: [id], place: `the head of the path ${value.name ?? ''}` });
    const says = steps.length === 0 ? 'Discards its records' : undefined;
    this.plus({ list, at: steps.length }, end, says);
    return { ...end, x: end.x + size.gap + (says ? 132 : 0), y, goesOn: steps.length > 0 };
  }

  /** A plus sign behind a part. Where nothing follows, a line leads to it. */
  private plus(spot: Spot, after: End, says?: string) {
    const id = `${pathText([...spot.list, spot.at])}+`;
    const x = after.x + size.gap / 2 - size.plus / 2;
    const width = size.plus + (says ? 8 + says.length * 7.4 : 0);
    this.parts.push({ type: 'plus', id, spot, behind: after.stops, place: `behind ${after.place}`, says, box: { x, y: after.y - size.plus / 2, width, height: size.plus } });
    if (says !== undefined) this.lines.push({ id: `${id}-to`, from: after.id, to: id, quiet: true, free: !says, points: [{ x: after.x, y: after.y }, { x, y: after.y }] });
  }

  private join(id: string, at: Point, ends: End[], bend: number, of: Pick<End, 'stops' | 'place'>): End {
    const join = `${id}.join`;
    this.parts.push({ type: 'join', id: join, box: { x: at.x - size.join / 2, y: at.y - size.join / 2, width: size.join, height: size.join } });
    for (const end of ends) this.line({ ...end, x: this.rightOf(end) }, { id: join, ...at }, bend);
    return { id: join, x: at.x, y: at.y, stops: of.stops, place: of.place };
  }

  /** The end of a lane is told with its plus sign; its line begins at the part itself. */
  private rightOf(end: End): number {
    const box = this.parts.find((p) => p.id === end.id)?.box;
    return box ? box.x + box.width : end.x;
  }

  private line(from: End, to: { id: string } & Point, bend?: number) {
    const [a, b] = [{ x: from.x, y: from.y }, { x: to.x, y: to.y }];
    const points = bend === undefined || a.y === b.y ? [a, b] : [a, { x: bend, y: a.y }, { x: bend, y: b.y }, b];
    this.lines.push({ id: `${from.id}>${to.id}`, from: from.id, to: to.id, points, quiet: false });
  }
}

/** Whether records go on behind a branch without coming through a path. */
function passes(branch: NonNullable<DraftStep['branch']>): boolean {
  return branch.take === 'all' || (branch.paths ?? []).every((p) => p.if);
}

/** How far steps reach above and below their line. */
function extent(steps: DraftStep[]): { up: number; down: number } {
  const half = steps.length > 0 ? size.height / 2 : size.headHeight / 2;
  const most = Math.max(half, ...steps.map((s) => (s.branch ? branchHeight(s.branch) / 2 : 0)));
  return { up: most, down: most };
}

/** The height of all lanes, with the rows beneath them. Both sides of the line are as high, so that it stays straight. */
function branchHeight(branch: NonNullable<DraftStep['branch']>): number {
  const lanes = (branch.paths ?? []).map((p) => extent(p.steps ?? [])).map((e) => e.up + e.down + 2 * size.pad + size.between);
  const rows = size.row + (passes(branch) ? size.row : 0);
  return Math.max(size.height, lanes.reduce((sum, h) => sum + h, 0) + rows);
}

/** Draws a line with round corners, as SVG has it. */
export function drawn(points: Point[], radius = 14): string {
  const [first, ...rest] = points;
  if (!first) return '';
  let path = `M ${first.x} ${first.y}`;
  rest.forEach((p, n) => {
    const next = rest[n + 1];
    const before = rest[n - 1] ?? first;
    if (!next) {
      path += ` L ${p.x} ${p.y}`;
      return;
    }
    const r = Math.min(radius, distance(before, p) / 2, distance(p, next) / 2);
    const a = towards(p, before, r);
    const b = towards(p, next, r);
    path += ` L ${a.x} ${a.y} Q ${p.x} ${p.y} ${b.x} ${b.y}`;
  });
  return path;
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function towards(from: Point, to: Point, by: number): Point {
  const d = distance(from, to) || 1;
  return { x: from.x + ((to.x - from.x) / d) * by, y: from.y + ((to.y - from.y) / d) * by };
}
