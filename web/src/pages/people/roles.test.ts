import { expect, test } from 'vitest';

import { addsNothing, best, rolesUpTo } from './roles';

test('nobody gives more than they have', () => {
  expect(rolesUpTo('administrator').map((r) => r.value)).toEqual(['administrator', 'manage', 'monitor', 'member']);
  expect(rolesUpTo('member').map((r) => r.value)).toEqual(['member']);
  expect(rolesUpTo('unheard of').map((r) => r.value)).toEqual(['member']);
});

test('roles in integrations add to the account-wide one', () => {
  expect(addsNothing('manage', 'monitor')).toBe(true);
  expect(addsNothing('monitor', 'manage')).toBe(false);
  expect(best('member', { shop: 'monitor', stock: 'manage' })).toBe('manage');
  expect(best('administrator', { shop: 'manage' })).toBe('administrator');
});
