import { expect, test } from 'vitest';

import { loginText } from './loginText';

const owners = ['olive@example.com'];

test('says whether one can log in after a restore', () => {
  expect(loginText({ known: false, password: 'none', provider: false, owners })).toEqual({
    bad: true,
    title: 'You will not be able to log in',
    text: 'The backup does not know you. Its owners: olive@example.com.',
  });
  expect(loginText({ known: false, password: 'none', provider: false, owners: [] }).text).toContain('a link that makes one');
  expect(loginText({ known: true, role: 'owner', password: 'same', provider: false, owners }).bad).toBe(false);
  expect(loginText({ known: true, role: 'monitor', password: 'other', provider: false, owners }).text).toBe('It is another one than now. Your role was monitor then.');
  expect(loginText({ known: true, role: 'owner', password: 'none', provider: true, owners }).title).toBe('You log in at your identity provider');
  expect(loginText({ known: true, role: 'owner', password: 'none', provider: false, owners }).bad).toBe(true);
});
