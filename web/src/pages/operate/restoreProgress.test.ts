import { expect, test } from 'vitest';

import { progressOf } from './restoreProgress';

const answers = (status: number, body: unknown) => () => Promise.resolve(new Response(JSON.stringify(body), { status }));

test('knows how far a restore has got', async () => {
  expect(await progressOf(answers(200, { begun: true }))).toBe('stopping');
  expect(await progressOf(() => Promise.reject(new TypeError('no connection')))).toBe('away');
  expect(await progressOf(answers(502, {}))).toBe('away');
  expect(await progressOf(answers(401, {}))).toBe('restored');
  expect(await progressOf(answers(200, { begun: false, failed: { code: 'backup.damaged' } }))).toBe('failed');
});
