import { expect, test } from 'vitest';

import type { SetupStep } from '../../api/schema';
import { fieldsOf, stepOf } from './steps';

const step = (id: string, ...fields: string[]): SetupStep => ({
  id, number: 1, title: id, menus: [], who: '', why: '', actions: [], fields: [], traps: [], help: [],
  copies: fields.map((field) => ({ shown: field, field })), check: { probe: '', sign: '' },
});

const steps = [step('account-id', 'account'), step('integration-record', 'consumer_key'), step('access-token', 'token_id', 'token_secret')];

test('a field leads to the step whose value it takes, or that explains it', () => {
  expect(stepOf(steps, 'token_secret')).toBe('access-token');
  expect(stepOf(steps, 'iclient')).toBe('integration-record');
  expect(stepOf(steps, 'environment')).toBe('account-id');
  expect(stepOf(steps, 'name')).toBeUndefined();
  expect(stepOf(steps, 'timezone')).toBeUndefined(); // its step is not in this guide
});

test('and a step leads back to its fields', () => {
  expect(fieldsOf(step('integration-record', 'consumer_key'))).toEqual(['consumer_key', 'iclient']);
});
