import { describe, expect, test } from 'vitest';

import { choiceOf, cronOf } from './repeats';

describe('a choice and its cron', () => {
  test.each([
    ['*/15 * * * *', 'minutes'],
    ['* * * * *', 'minutes'],
    ['30 * * * *', 'hour'],
    ['30 2 * * *', 'day'],
    ['0 6 * * 1-5', 'week'],
    ['0 6 * * 0,6', 'week'],
    ['0 6 * * 1-3,6', 'week'],
    ['5 23 31 * *', 'month'],
  ])('%s is read and written as it is', (cron, repeat) => {
    const choice = choiceOf(cron);
    expect(choice.repeat).toBe(repeat);
    expect(cronOf(choice)).toBe(cron);
  });

  test.each(['@hourly', '@daily', '@weekly', '@monthly'])('%s is a choice too', (cron) => {
    expect(choiceOf(cron).repeat).not.toBe('own');
  });

  test.each(['', '30 2', '0 6 1 * 1', '*/7 * * * *', '0 6 * 1 *', '0 6,18 * * *', '0 6 * * mon', '@every 5m', '0 6 * * 5-1', '61 * * * *'])('%s is an expression of its own', (cron) => {
    expect(choiceOf(cron).repeat).toBe('own');
  });
});
