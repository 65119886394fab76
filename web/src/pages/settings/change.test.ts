import { expect, test } from 'vitest';

import type { Excess, Setting } from '../../api/schema';
import { inBounds, keptText, outdatedText, tried, valuesOf } from './change';

const setting = (name: string, value: number, more: Partial<Setting> = {}): Setting => ({ name, label: name, help: '', unit: 'days', value, default: value, least: 1, most: 3650, ...more });
const items = [setting('runs.days', 180, { forever: true }), setting('slots.days', 3, { most: 90 }), setting('traces.days', 9999, { fixed_by: '--trace-days' })];

test('a change holds what differs alone', () => {
  expect(valuesOf(items, {})).toEqual({});
  expect(valuesOf(items, { 'runs.days': 90, 'slots.days': 3 })).toEqual({ 'runs.days': 90 });
  expect(valuesOf(items, { 'runs.days': '' })).toBeUndefined();
});

test('nothing is tried that would be refused', () => {
  expect(tried(items, {})).toBe('');
  expect(tried(items, { 'runs.days': 0, 'slots.days': 4 })).toBe('runs.days=0,slots.days=4');
  expect(tried(items, { 'slots.days': 0 })).toBeUndefined();
  expect(tried(items, { 'slots.days': 91 })).toBeUndefined();
  expect(tried(items, { 'runs.days': '' })).toBeUndefined();
  expect(inBounds(setting('slots.days', 3, { most: 90 }), 90)).toBe(true);
});

test('what is kept and what goes is told in words', () => {
  expect([keptText(0, 'days'), keptText(1, 'days'), keptText(2000, 'days'), keptText(1, 'megabytes')]).toEqual(['for ever', '1 day', '2,000 days', '1 MB']);
  const excess = (name: string, remove: number, noun: string): Excess => ({ name, remove, noun });
  expect(outdatedText([excess('runs.days', 1200, 'runs'), excess('slots.days', 0, 'minutes'), excess('audit.days', 3, 'lines')])).toBe('1,200 runs, 3 lines');
});
