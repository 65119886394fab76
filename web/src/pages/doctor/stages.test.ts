import { expect, test } from 'vitest';

import type { Diagnosis } from '../../api/schema';
import { pathInWords } from './stages';

const diagnosis = (...path: [string, string][]): Diagnosis => ({
  connection: 'erp', at: '', took_ms: 1, failed_logins: 0, verdict: { code: '', summary: '' }, path: path.map(([name, state]) => ({ name, state })),
});

test('the picture in words names the broken link', () => {
  expect(pathInWords(diagnosis(['settings', 'ok'], ['encryption', 'ok'], ['login', 'broken'], ['rest', 'skipped']))).toBe('The path to NetSuite is broken at Login. Before it, Settings, TLS hold.');
  expect(pathInWords(diagnosis(['settings', 'broken']))).toBe('The path to NetSuite is broken at Settings.');
});

test('a path that holds says so, and leaves out what was not asked', () => {
  expect(pathInWords(diagnosis(['settings', 'ok'], ['restlets', 'skipped'], ['limits', 'unknown']))).toBe('The path to NetSuite holds: Settings.');
});
