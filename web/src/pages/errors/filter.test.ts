import { expect, test } from 'vitest';

import { addressOf, downloadOf, filterIn, told } from './filter';

test('an address says what is shown, and what is shown has an address', () => {
  const address = 'state=resolved&flow=orders-in&step=import-1&code=USER_ERROR&run=7&text=W-240';
  const filter = filterIn(new URLSearchParams(address));
  expect(filter).toEqual({ state: 'resolved', flow: 'orders-in', step: 'import-1', code: 'USER_ERROR', run: 7, text: 'W-240' });
  expect(filterIn(new URL(addressOf(filter), 'http://localhost').searchParams)).toEqual(filter);
  expect(addressOf({ state: 'open' })).toBe('/errors');
  expect(downloadOf({ state: 'open', tag: 'a&b' }, 'csv')).toBe('/api/v1/errors/export?state=open&tag=a%26b&format=csv');
});

test('what an address cannot mean is left out', () => {
  expect(filterIn(new URLSearchParams('state=lost&classification=odd&run=x&flow='))).toEqual({ state: 'open' });
});

test('a filter is told in words', () => {
  const filter = filterIn(new URLSearchParams('assignee=ann@example.com&tag=late&classification=locked&connection=netsuite'));
  expect(told(filter, 'ann@example.com').map((t) => t.text)).toEqual(['Connection: netsuite', 'The record cannot be changed now', 'Assigned to me', '#late']);
});
