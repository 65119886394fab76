import { afterAll, beforeAll, expect, test } from 'vitest';

import { step } from './step';
import type { Permission } from './netsuite';
import { integrationUser, World } from './world';

// Workato's page: web services, an integration record, a role and a user of their
// own, a token, and a connection with seven fields.

const role = 'IntegrationRole';
const levels: Permission[] = [
  ['Transactions', 'Sales Order', 'Full'],
  ['Lists', 'Customers', 'Full'],
  ['Setup', 'Log in using Access Tokens', 'Full'],
  ['Setup', 'REST Web Services', 'Full'],
  ['Reports', 'SuiteAnalytics Workbook', 'Edit'],
];

let world: World;
beforeAll(async () => {
  world = await World.begin();
});
afterAll(() => world?.end());

test('a connection for an integration user', async () => {
  const { netsuite, sluice, account, folder } = world;

  await step('S77 S78 SuiteScript, web services, tokens', () => netsuite.enableFeatures('Client SuiteScript', 'Server SuiteScript', 'SOAP Web Services', 'REST Web Services', 'SuiteAnalytics Workbook', 'Token-based Authentication'));
  let keys = { key: '', secret: '' };
  await step('S80 S81 S82 the integration record, Enabled', async () => {
    keys = await netsuite.newIntegration({ name: 'Workato', state: 'Enabled' });
    expect(keys.key).not.toBe('');
  });
  await step('S83 S85 S86 S87 S88 a role with its levels, for web services only', () => netsuite.newRole(role, levels, true));
  await step('S90 the integration user', () => netsuite.assignRole('Setup > Users/Roles > Manage Users', integrationUser.name, role));
  let token = { id: '', secret: '' };
  await step('S91 S92 the token, made by who may', async () => {
    token = await netsuite.newToken({ application: 'Workato', user: integrationUser.name, role });
  });
  let id = '';
  await step('S93 account ID from Web Services Preferences', async () => {
    await netsuite.go('Setup > Integration > Web Services Preferences');
    id = (await netsuite.page.getByText(account.account, { exact: true }).last().textContent()) ?? '';
  });

  await step('S75 S93 the seven fields', async () => {
    await sluice.resources();
    await sluice.create('NetSuite');
    await sluice.fill({
      name: 'netsuite',
      choose: { 'Authentication type': 'Token Based Auth (Manual)', 'Account time zone': 'America/Los Angeles' },
      fill: { 'Account ID': id, 'Consumer key': keys.key, 'Consumer secret': keys.secret, 'Token ID': token.id, 'Token secret': token.secret },
      advanced: { 'Base URL': account.url },
    });
    await sluice.form.getByRole('radiogroup', { name: 'Ignore read-only fields' }).getByRole('radio', { name: 'Yes' }).check();
    await sluice.press('Save');
    await sluice.test();
    await sluice.press('Save & close');
    await sluice.shows('netsuite', 'Online');
  });
  await step('a record moves', async () => {
    await sluice.customersFlow('netsuite', folder.path);
    await sluice.run('customers-out');
  });
});
