import { expect, test } from 'vitest';

import type { Trace } from '../../api/schema';
import { timeline } from './timeline';

test('what happened comes newest first, failures marked', () => {
  const trace = {
    key: 'SO-1',
    names: [],
    touches: [{ at: '2026-03-04T12:00:02Z', outcome: 'failed', run_id: 7, flow: 'orders', step: 'import', operation: 'add', connection: 'netsuite', key: 'SO-1', seq: 1, page: 1, flow_id: 'f', request: '{}', message: 'no' }],
    errors: [{ id: 3, created_at: '2026-03-04T12:00:03Z', state: 'resolved', flow: 'orders', step: 'import', run_id: 7, message: 'no', resolved_by: 'retry', reason: 'a retry worked' }],
    runs: [{ id: 7, flow: 'orders', state: 'completed', created_at: '2026-03-04T12:00:00Z', started_at: '2026-03-04T12:00:01Z' }],
  } as unknown as Trace;
  const list = timeline(trace);
  expect(list.map((h) => h.id)).toEqual(['error 3', 'touch 0', 'run 7']);
  expect(list[1]).toMatchObject({ bad: true, to: '/runs/7', names: 'key SO-1', texts: [['Request', '{}']] });
  expect(list[0]?.names).toBe('Resolved by retry: a retry worked');
});
