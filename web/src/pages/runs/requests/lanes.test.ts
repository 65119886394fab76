import { expect, test } from 'vitest';

import type { RunRequest } from '../../../api/schema';
import { lanesOf, slowFrom, ticks, timed, waitingAt } from './lanes';

const request = (at: number, took: number, waited = 0): RunRequest => ({ at: new Date(at).toISOString(), took_ms: took, waited_ms: waited, connection: 'netsuite', method: 'GET', attempt: 1 });

test('as many lanes as requests were under way at one time', () => {
  const items = [request(0, 100), request(50, 100), request(60, 20), request(100, 50), request(150, 10)].map(timed);
  expect(lanesOf(items.toReversed()).map((lane) => lane.map((i) => i.sent))).toEqual([[0, 100, 150], [50], [60]]);
  expect(lanesOf([])).toEqual([]);
});

test('those that wait are counted at each moment', () => {
  const items = [request(100, 10, 100), request(50, 10, 50)].map(timed);
  expect(waitingAt(items, 0, 100, 4)).toEqual([2, 2, 1, 1]);
});

test('slow is the slowest tenth, and never what took no time', () => {
  expect(slowFrom([])).toBe(Infinity);
  expect(slowFrom([request(0, 5), request(0, 9)])).toBe(100);
  expect(slowFrom(Array.from({ length: 10 }, (_, n) => request(0, n * 200)))).toBe(1800);
  expect(slowFrom(Array.from({ length: 10 }, (_, n) => request(0, 250 + n)))).toBe(383);
});

test('an axis has round numbers', () => {
  expect(ticks(0)).toEqual([0]);
  expect(ticks(1000)).toEqual([0, 200, 400, 600, 800, 1000]);
  expect(ticks(74_000)).toEqual([0, 20_000, 40_000, 60_000]);
});
