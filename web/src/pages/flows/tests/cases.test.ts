import { expect, test } from 'vitest';

import { addCase } from './cases';

test('a case goes behind the others, and comments stay', () => {
  expect(addCase('# of the shop\ncases:\n  # small\n  - name: one\n', '- name: two\n  given: [{id: 12345678901234567890.10}]\n')).toBe('# of the shop\ncases:\n  # small\n  - name: one\n  - name: two\n    given: [{id: 12345678901234567890.10}]\n');
});

test('the first case makes the list', () => {
  expect(addCase('', '- name: one\n')).toBe('cases:\n  - name: one\n');
  expect(addCase('cases: []\n', '- name: one\n')).toBe('cases:\n  - name: one\n');
});

test('a text that cannot be read gets it at its end', () => {
  expect(addCase('cases: [\n', '- name: one\n')).toBe('cases: [\n  - name: one\n');
});
