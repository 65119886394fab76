import { describe, expect, test } from 'vitest';

import type { Draft } from '../../../flow/document';
import { type Box, drawn, layout, type Part, size } from './layout';
import { endStop, isStop, nearest, neighbour, nextStop, targets } from './reach';

const chain: Draft = { name: 'a', export: { connection: 'shop' }, steps: [{ filter: { if: 'this.a', reason: 'r' } }, { map: 'root = this' }, { import: { connection: 'erp' } }] };
const branched: Draft = {
  exports: [{ connection: 'a' }, { name: 'two', connection: 'b' }],
  steps: [
    { map: 'root = this' },
    {
      name: 'split',
      branch: {
        paths: [
          { name: 'eu', if: 'this.eu', steps: [{ map: '' }, { branch: { paths: [{ name: 'x', steps: [{ map: '' }] }, { name: 'y', steps: [] }] } }] },
          { name: 'rest', steps: [] },
        ],
      },
    },
    { import: { connection: 'erp' } },
  ],
};

const overlap = (a: Box, b: Box) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
const ids = (parts: Part[], type: Part['type']) => parts.filter((p) => p.type === type).map((p) => p.id);

describe('the layout', () => {
  test.each([
    ['a chain', chain],
    ['branches', branched],
    ['nothing yet', {}],
    ['a branch without paths', { steps: [{ branch: { paths: [] } }] } as Draft],
    ['all paths', { steps: [{ branch: { take: 'all', paths: [{ name: 'a', steps: [{ map: '' }] }, { name: 'b', steps: [{ map: '' }] }] } }] } as Draft],
  ])('of %s lets nothing overlap, and every line begins and ends at a part', (_, flow) => {
    const { parts, lines } = layout(flow);
    const solid = parts.filter((p) => p.type !== 'lane');
    for (const [n, a] of solid.entries()) for (const b of solid.slice(n + 1)) expect(overlap(a.box, b.box), `${a.id} and ${b.id}`).toBe(false);
    expect(new Set(parts.map((p) => p.id)).size).toBe(parts.length);
    for (const line of lines) {
      for (const [id, point] of [
        [line.from, line.points[0]],
        [line.to, line.points.at(-1)],
      ] as const) {
        const box = parts.find((p) => p.id === id)?.box;
        expect(box, `${line.id}: ${id}`).toBeDefined();
        if (!box || !point) continue;
        expect(point.x).toBeGreaterThanOrEqual(box.x - 1);
        expect(point.x).toBeLessThanOrEqual(box.x + box.width + 1);
        expect(point.y).toBeCloseTo(box.y + box.height / 2, 1);
      }
    }
  });

  test('goes from the export at the left to the right, on one line', () => {
    const { parts } = layout(chain);
    const steps = parts.filter(isStop);
    expect(steps.map((p) => p.id)).toEqual(['export', 'steps[0]', 'steps[1]', 'steps[2]']);
    expect(steps.map((p) => p.box.x)).toEqual([0, 1, 2, 3].map((n) => n * (size.width + size.gap)));
    expect(new Set(steps.map((p) => p.box.y)).size).toBe(1);
  });

  test('has a plus before and behind every step, also in paths', () => {
    expect(ids(layout(chain).parts, 'plus')).toEqual(['steps[0]+', 'steps[1]+', 'steps[2]+', 'steps[3]+']);
    expect(ids(layout(branched).parts, 'plus')).toContain('steps[1].branch.paths[1].steps[0]+');
    expect(ids(layout({}).parts, 'plus')).toEqual(['steps[0]+']);
  });

  test('puts a path with its steps into its lane', () => {
    const { parts } = layout(branched);
    const lane = parts.find((p) => p.id === 'steps[1].branch.lane-0')?.box;
    for (const p of parts.filter((p) => p.type !== 'lane' && p.id.startsWith('steps[1].branch.paths[0]'))) {
      expect(lane && p.box.x >= lane.x && p.box.x + p.box.width <= lane.x + lane.width && p.box.y >= lane.y && p.box.y + p.box.height <= lane.y + lane.height, p.id).toBe(true);
    }
  });

  test('tells which records go on behind a branch', () => {
    const past = (flow: Draft) => layout(flow).lines.filter((l) => l.id.endsWith('-past')).map((l) => l.quiet);
    const into = (flow: Draft) => layout(flow).lines.filter((l) => l.to === 'steps[0].branch.join').map((l) => l.from);
    const of = (branch: object): Draft => ({ steps: [{ branch: branch as never }] });
    const [some, others, discards] = [{ name: 'a', if: 'this.a', steps: [{ map: '' }] }, { name: 'b', steps: [{ map: '' }] }, { name: 'c', steps: [] }];
    expect(past(of({ paths: [some, others] }))).toEqual([]);
    expect(past(of({ paths: [some] }))).toEqual([true]);
    expect(past(of({ take: 'all', paths: [some, others] }))).toEqual([false]);
    expect(into(of({ paths: [some, discards] }))).toEqual(['steps[0].branch.paths[0].steps[0]']);
  });
});

describe('the keyboard', () => {
  const { parts } = layout(branched);
  const go = (from: string, ...ways: Parameters<typeof nextStop>[2][]) => ways.reduce((at, way) => nextStop(parts, at, way)?.id ?? at, from);

  test('goes along the line, into paths and between them', () => {
    expect(go('exports[0]', 'down')).toBe('exports[1]');
    expect(go('exports[0]', 'right')).toBe('steps[0]');
    expect(go('steps[0]', 'right')).toBe('steps[1]');
    expect(go('steps[1]', 'right')).toMatch(/^steps\[1\]\.branch\.paths\[\d\]$/);
    expect(go('steps[1].branch.paths[0]', 'down')).toBe('steps[1].branch.paths[1]');
    expect(go('steps[1].branch.paths[0]', 'right')).toBe('steps[1].branch.paths[0].steps[0]');
    expect(go('exports[0]', 'left')).toBe('exports[0]');
    expect(endStop(parts, 'first')?.id).toBe('exports[0]');
    expect(endStop(parts, 'last')?.id).toBe('steps[2]');
  });

  test('moves a step into a path and out of it', () => {
    expect(neighbour(parts, { list: ['steps'], at: 0 }, 'left')).toBeUndefined();
    expect(neighbour(parts, { list: ['steps'], at: 0 }, 'right')).toEqual({ list: ['steps', 1, 'branch', 'paths', 0, 'steps'], at: 0 });
    expect(neighbour(parts, { list: ['steps', 1, 'branch', 'paths', 0, 'steps'], at: 0 }, 'left')).toEqual({ list: ['steps'], at: 1 });
    expect(neighbour(parts, { list: ['steps'], at: 2 }, 'left')).toEqual({ list: ['steps', 1, 'branch', 'paths', 1, 'steps'], at: 0 });
    expect(neighbour(parts, { list: ['steps'], at: 1 }, 'left')).toEqual({ list: ['steps'], at: 0 });
    expect(neighbour(parts, { list: ['steps'], at: 1 }, 'right')).toEqual({ list: ['steps'], at: 3 });
  });

  test('never moves a step into itself', () => {
    expect(targets(parts, { list: ['steps'], at: 1 }).map((p) => p.id)).toEqual(['steps[0]+', 'steps[3]+']);
  });

  test('a step that is dropped goes to the nearest plus', () => {
    const free = targets(parts, { list: ['steps'], at: 0 });
    const last = free.at(-1);
    expect(last && nearest(free, { x: last.box.x + 40, y: last.box.y }, 90)?.id).toBe('steps[3]+');
    expect(nearest(free, { x: -500, y: -500 }, 90)).toBeUndefined();
  });
});

test('corners are round, and no rounder than there is room', () => {
  expect(drawn([{ x: 0, y: 0 }, { x: 10, y: 0 }])).toBe('M 0 0 L 10 0');
  expect(drawn([{ x: 0, y: 0 }, { x: 100, y: 0 }, { x: 100, y: 50 }], 10)).toBe('M 0 0 L 90 0 Q 100 0 100 10 L 100 50');
  expect(drawn([{ x: 0, y: 0 }, { x: 8, y: 0 }, { x: 8, y: 50 }], 10)).toBe('M 0 0 L 4 0 Q 8 0 8 4 L 8 50');
});
