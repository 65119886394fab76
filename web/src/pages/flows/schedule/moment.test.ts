import { expect, test } from 'vitest';

import { dayBefore, shown } from './moment';

test('a moment is shown as the clocks of its zone show it', () => {
  expect(shown('2027-03-28T03:00:00+02:00')).toEqual({ day: 'Sun, 28 Mar 2027', time: '03:00', offset: 'UTC+2' });
  expect(shown('2027-01-01T00:30:00-03:30')).toEqual({ day: 'Fri, 1 Jan 2027', time: '00:30', offset: 'UTC−3:30' });
  expect(shown('2027-01-01T23:59:00Z')).toEqual({ day: 'Fri, 1 Jan 2027', time: '23:59', offset: 'UTC' });
});

test('the day before', () => {
  expect(dayBefore('2027-03-01T03:00:00+02:00')).toBe('2027-02-28');
});
