import { expect, test } from 'vitest';

import { asked, exportAddress } from './audit';

test('days begin and end where the person is', () => {
  const q = asked({ since: '2026-03-28', until: '2026-03-29' });
  expect(new Date(q.since ?? '')).toEqual(new Date(2026, 2, 28));
  expect(new Date(q.until ?? '')).toEqual(new Date(2026, 2, 30));
});

test('a name needs its noun', () => {
  expect(asked({ name: 'orders' })).toEqual({});
  expect(asked({ noun: 'flow', name: 'orders', text: 'a&b' })).toEqual({ noun: 'flow', name: 'orders', text: 'a&b' });
});

test('the export has what is shown', () => expect(exportAddress({ text: 'a&b', actor: 'x@example.com' }, 'csv')).toBe('/api/v1/audit/export?format=csv&text=a%26b&actor=x%40example.com'));
