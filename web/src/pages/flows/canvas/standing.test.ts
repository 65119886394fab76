import { expect, test } from 'vitest';

import type { Run, StepCounts } from '../../../api/schema';
import { doneIn, missing, missingIn, outcomeOf, problemsIn, readBy } from './standing';

test('problems are counted where they are, not at what they are within', () => {
  const problems = { 'steps[0].branch.take': 'a', 'steps[0].branch.paths[0].if': 'b', 'steps[0].branch.paths[0].steps[0].map': 'c', 'steps[1].import': 'd', 'steps[10].map': 'e' };
  expect(problemsIn(problems, 'steps[0]')).toEqual(['a']);
  expect(problemsIn(problems, 'steps[0].branch.paths[0]')).toEqual(['b']);
  expect(problemsIn(problems, 'steps[0].branch.paths[0].steps[0]')).toEqual(['c']);
  expect(problemsIn(problems, 'steps[1]')).toEqual(['d']);
});

test('a step says what is still missing', () => {
  expect(missing(undefined, undefined, 'export')).toBe('Choose a connection');
  expect(missing({ connection: 'a' }, undefined, 'export')).toBe('Choose what to export');
  expect(missing({ connection: 'a' }, 'csv', 'export')).toBeUndefined();
  expect(missingIn({ filter: { if: '', reason: '' } })).toBe('Enter a condition');
  expect(missingIn({ map: ' \n' })).toBe('Enter a mapping');
  expect(missingIn({ map: 'root = this' })).toBeUndefined();
  expect(missingIn({ fields: [{ to: '', from: '' }] })).toBe('Enter fields');
});

test('counts are told by what a step is for', () => {
  const of = (counts: Partial<StepCounts>) => doneIn({ step: 's', in: 1200, kind: 'map', ...counts });
  expect(of({})).toBe('1,200 in');
  expect(of({ kind: 'filter', excluded: 3 })).toBe('1,200 in · 3 excluded');
  expect(of({ kind: 'lookup', not_found: 2 })).toBe('1,200 in · 2 not found');
  expect(of({ kind: 'import', written: 1190, unchanged: 10 })).toBe('1,190 written · 10 unchanged');
  expect(of({ kind: 'import' })).toBe('0 written');
  const run = { counts: { read: 5 }, exports: [{ export: 'two', read: 3 }] } as unknown as Run;
  expect(readBy(run, 'two')).toBe('3 read');
  expect(readBy(run, 'old')).toBe('5 read');
});

test.each([
  [undefined, undefined],
  [{ kind: 'filter', outcome: 'passed' }, { text: 'Passes', bad: false }],
  [{ kind: 'filter', outcome: 'excluded' }, { text: 'Excluded here', bad: false }],
  [{ kind: 'map', outcome: 'failed', problem: 'no such field' }, { text: 'no such field', bad: true }],
  [{ kind: 'import', outcome: 'passed' }, { text: 'Would be sent', bad: false }],
  [{ kind: 'lookup', outcome: 'passed' }, { text: 'Goes on', bad: false }],
])('of the preview %j is told', (seen, told) => {
  expect(outcomeOf(seen)).toEqual(told);
});
