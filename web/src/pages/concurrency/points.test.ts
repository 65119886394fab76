import { expect, test } from 'vitest';

import type { SlotPoint } from '../../api/schema';
import { spread } from './points';

const point = (at: string, peak: number, limit: number): SlotPoint => ({ at, peak, limit, allowance: limit, mean: peak / 2, waiting_peak: 1, granted: 3, refused: 0, busy_ms: 10, waited_ms: 0 });

test('spans without a request show nothing in use, under the limit known last', () => {
  const of = { since: '2026-03-04T12:00:00Z', until: '2026-03-04T12:03:30Z', seconds: 60 };
  const all = spread([point('2026-03-04T12:01:00Z', 4, 5), point('2026-03-04T12:03:00Z', 2, 8)], of);
  expect(all.map((p) => [p.peak, p.mean, p.waiting, p.limit])).toEqual([
    [0, 0, 0, 5],
    [4, 2, 1, 5],
    [0, 0, 0, 5],
    [2, 1, 1, 8],
  ]);
  expect(spread([], { ...of, seconds: 0 })).toEqual([]);
});
