import { expect, test } from 'vitest';

import { may, type Permission } from './session';

const edit: Permission = 'connections.edit';
const member = { permissions: [], permissions_in: { shop: ['view', edit] as string[], stock: ['view'] } } as unknown as Parameters<typeof may>[0];

test('a role in an integration counts there', () => {
  expect(may(member, edit, { integrations: ['shop'] })).toBe(true);
  expect(may(member, edit, { integrations: ['stock'] })).toBe(false);
  expect(may(member, edit, { integrations: [] })).toBe(false);
  expect(may(member, 'people.edit', null)).toBe(false);
});

test('a page about many things shows what is held somewhere', () => expect(may(member, edit, null)).toBe(true));

test('what several integrations have is changed by who may change it for all', () => {
  expect(may(member, edit, { integrations: ['shop', 'stock'], all: true })).toBe(false);
  expect(may(member, edit, { integrations: ['shop'], all: true })).toBe(true);
  expect(may(member, 'view', { integrations: ['shop', 'stock'], all: true })).toBe(true);
});

test('an account-wide role counts everywhere', () => {
  expect(may({ permissions: [edit] } as unknown as Parameters<typeof may>[0], edit, { integrations: [] })).toBe(true);
});
