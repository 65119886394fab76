import { afterAll, beforeAll, expect, test } from 'vitest';

import { survey } from '../survey';
import { step } from './step';
import type { Permission } from './netsuite';
import { integrationUser, World } from './world';

// SmartConnect's page: an integration record, a small role, a token, and a
// connection that is validated before it is stored.

const role = 'SmartConnect';
const wanted: Permission[] = [
  ['Lists', 'Customers', 'View'],
  ['Setup', 'Log in using Access Tokens', 'Full'],
  ['Setup', 'REST Web Services', 'Full'],
  ['Reports', 'SuiteAnalytics Workbook', 'Edit'],
];

let world: World;
beforeAll(async () => {
  world = await World.begin();
});
afterAll(() => world?.end());

test('a connection with a small role', async () => {
  const { netsuite, sluice, account, folder } = world;
  const { page } = sluice;

  await step('S33 the feature', () => netsuite.enableFeatures('Token-based Authentication'));
  await step('S40 permissions that are missing while their features are off', async () => {
    await netsuite.go('Setup > Users/Roles > Manage Roles > New');
    expect(await netsuite.offered('Setup')).not.toContain('REST Web Services');
    await netsuite.enableFeatures('SOAP Web Services', 'REST Web Services', 'SuiteAnalytics Workbook');
    await netsuite.go('Setup > Users/Roles > Manage Roles > New');
    expect(await netsuite.offered('Setup')).toEqual(expect.arrayContaining(['REST Web Services', 'SOAP Web Services']));
  });
  let keys = { key: '', secret: '' };
  await step('S34 S35 the integration record and its keys, shown once', async () => {
    keys = await netsuite.newIntegration({ name: 'SmartConnect' });
    await netsuite.expectShownOnce();
  });
  await step('S36 S37 S38 a new role', () => netsuite.newRole(role, wanted));
  await step('S42 Lists, Employees, Edit, Access, Roles', () => netsuite.assignRole('Lists > Employees > Employees', integrationUser.name, role));
  let token = { id: '', secret: '' };
  await step('S43 S44 the token, shown once', async () => {
    token = await netsuite.newToken({ application: 'SmartConnect', user: integrationUser.name, role });
    await netsuite.expectShownOnce();
  });
  let id = '';
  await step('S48 Company Information has the account ID', async () => {
    await netsuite.go('Setup > Company > Company Information');
    id = (await netsuite.page.getByText(account.account, { exact: true }).last().textContent()) ?? '';
  });

  await step('S45 S46 Create Connection, NetSuite, Token Based Authentication', async () => {
    await sluice.resources();
    await sluice.create('NetSuite');
    const type = sluice.form.getByRole('combobox', { name: 'Authentication type', exact: true });
    await type.click();
    const types = await page.getByRole('option').allTextContents();
    await page.keyboard.press('Escape');
    expect(types.join('\n')).toContain('Token Based Auth (Manual)');
    expect(types.join('\n')).not.toMatch(/SuiteSignOn|Basic/); // S32
    await sluice.choose('Authentication type', 'Token Based Auth (Manual)');
  });
  await step('S47 enter the values and validate', async () => {
    await sluice.fill({
      name: 'netsuite',
      fill: { 'Account ID': id, 'Consumer key': keys.key, 'Consumer secret': keys.secret, 'Token ID': token.id, 'Token secret': token.secret },
      advanced: { 'Base URL': account.url },
    });
    await sluice.test();
    await sluice.press('Save & close');
    await sluice.row('netsuite').waitFor();
  });
  await step('S49 source and destination', async () => {
    await sluice.customersFlow('netsuite', folder.path);
    await sluice.run('customers-out');
    await sluice.resources();
    await sluice.shows('netsuite', 'Online');
  });
  await step('S51 a new password changes nothing', async () => {
    await netsuite.go('Setup > Users/Roles > Manage Users');
    await netsuite.page.getByRole('link', { name: integrationUser.name, exact: true }).click();
    await netsuite.page.getByRole('link', { name: 'Edit', exact: true }).click();
    await netsuite.open('Access');
    await netsuite.page.getByLabel('Password', { exact: true }).fill(integrationUser.password);
    await netsuite.page.getByLabel('Confirm Password').fill(integrationUser.password);
    await netsuite.save();
    await netsuite.titled('Confirmation');
    await sluice.run('customers-out');
  });
  await survey(page, 'flow-ran');
});
