import { ApiError } from '../api/client';
import type { AttentionItem, ErrorSummary, RecordError, Run, Slots } from '../api/schema';

// What the states are shown with: made up, and the same each time.

export const long = 'A text that somebody on the other side has written without a thought for who has to read it, such as INVALID_KEY_OR_REF_FOR_SUBSIDIARY_1234567890_ABCDEFGHIJKLMNOPQRSTUVWXYZ in the middle of it, and that goes on for more lines than there is room for. '.repeat(3);

export const refused = new ApiError(422, {
  code: 'flow.invalid',
  message: 'the flow cannot be stored',
  remedy: 'Correct it, then save again',
  problems: [
    { code: 'flow.unknown_key', path: 'steps[0].imports', message: 'there is no key "imports"', remedy: 'Did you mean import?' },
    { code: 'flow.connection', path: 'export.connection', message: 'there is no connection "shop-files"' },
  ],
} as ConstructorParameters<typeof ApiError>[1]);

const at = '2026-03-04T12:00:00Z';

export function run(state: Run['state'], failed = 0, more: Partial<Run> = {}): Run {
  const counts = { read: 1200, rows: 1200, written: 900 - failed, unchanged: 200, excluded: 100, failed };
  return { id: 7, flow: 'orders-in', flow_id: 'f', revision: 3, kind: 'manual', state, counts, steps: [], export_done: true, created_at: at, created_by: 'ann@example.com', started_at: at, finished_at: '2026-03-04T12:02:00Z', ...more } as Run;
}

export function recordErrors(n: number, message = 'Please enter value(s) for: Company Name'): RecordError[] {
  return Array.from({ length: n }, (_, i): RecordError => ({
    id: n - i,
    flow: 'orders-in',
    flow_id: 'f',
    run_id: 7,
    step: 'import-1',
    seq: i + 1,
    key: `W-${24000 + i}`,
    origin: `orders.csv row ${i + 2}`,
    rows: 1,
    code: 'USER_ERROR',
    classification: 'value',
    message,
    record: {},
    state: 'open',
    retries: i % 3,
    tags: i % 4 === 0 ? ['late', 'shop'] : undefined,
    assignee: i % 5 === 0 ? 'ann@example.com' : undefined,
    created_at: at,
    failed_at: at,
  }));
}

export const summary: ErrorSummary = {
  total: 1234,
  open: 1234,
  retrying: 3,
  resolved: 98765,
  places: Array.from({ length: 9 }, (_, i) => ({ flow: `a-flow-with-a-name-${i}`, step: 'import-1', connection: 'netsuite', count: 900 - 100 * i })),
  connections: [{ value: 'netsuite', count: 1230 }, { value: 'shop', count: 4 }],
  codes: [{ value: 'USER_ERROR', count: 1000 }, { value: 'INVALID_KEY_OR_REF_FOR_SUBSIDIARY_AND_MORE', count: 234 }],
  classifications: [{ value: 'value', count: 1000 }, { value: 'reference', count: 234 }],
};

export const attention: AttentionItem[] = [
  { kind: 'connection.offline', level: 'bad', noun: 'connection', name: 'netsuite', message: 'The connection is offline: INVALID_LOGIN_ATTEMPT', at },
  { kind: 'flow.failed', level: 'bad', noun: 'flow', name: 'orders-in', message: `The last run failed: ${long}`, remedy: 'Put the file back, then resume the run', at, run: 7 },
  { kind: 'errors.open', level: 'warn', noun: 'flow', name: 'customers-in', message: '1234 records did not get through', count: 1234, recent: 12 },
  { kind: 'certificate.ends', level: 'warn', noun: 'connection', name: 'netsuite-eu', message: 'The certificate ends on 2026-04-01', remedy: 'Make the next one in time', at: '2026-04-01T00:00:00Z' },
  { kind: 'token.ends', level: 'warn', noun: 'token', name: 'ci', message: 'The API token ends on 2026-03-07', at: '2026-03-07T00:00:00Z' },
  { kind: 'sunset', level: 'note', noun: 'account', name: '1234567_SB1', message: '4 of its flows stop with NetSuite 2028.1' },
  { kind: 'schedule.paused', level: 'note', noun: 'flow', name: 'orders-out', message: 'The schedule is paused' },
];

export const slots: Slots = { limit: 5, in_use: 3, waiting: 2, allowance: 4 } as Slots;
