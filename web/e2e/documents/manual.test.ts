import { afterAll, beforeAll, expect, test } from 'vitest';

import { settled, survey } from '../survey';
import { step } from './step';
import { integrationUser, World } from './world';

// The PDF of integrator.io, "enable token-based authentication": its steps A to D
// on NetSuite's side, then an existing connection is changed.

const locked = 'Celigo integrator.io Full Access w/o 2FA [Locked]';
const application = 'Integrator.io (Token-based Auth)';

let world: World;
beforeAll(async () => {
  world = await World.begin();
});
afterAll(() => world?.end());

test('a connection is changed to a token made by hand', async () => {
  const { netsuite, sluice, account, folder } = world;
  const { page } = sluice;

  await step('S53 enable the feature', () => netsuite.enableFeatures('Client SuiteScript', 'Server SuiteScript', 'SOAP Web Services', 'REST Web Services', 'SuiteAnalytics Workbook', 'Token-based Authentication'));
  await step('S55 the bundle', () => netsuite.installBundle());
  await step('S54 S56 clone the locked role', () => netsuite.customizeRole(locked, 'IntegratorFullAccess', []));
  await step('S57 Manage Users, Edit, Access, Roles, Save, Confirmation', () => netsuite.assignRole('Setup > Users/Roles > Manage Users', integrationUser.name, 'IntegratorFullAccess', { ok: false }));
  const keys = await world.publishersKeys(application);

  let token = { id: '', secret: '' };
  await step('S58 S59 S60 S61 S62 the form of an access token', async () => {
    await netsuite.go('Setup > Users/Roles > Access Tokens > New');
    await netsuite.titled('Access Token');
    for (const label of ['Application Name', 'User', 'Role', 'Token Name', 'Inactive']) expect(await netsuite.page.getByLabel(label, { exact: true }).count()).toBe(1);
    for (const button of ['Save', 'Reset']) expect(await netsuite.page.getByRole('button', { name: button }).count()).toBe(1);
    await netsuite.page.getByRole('group', { name: 'Primary Information' }).waitFor();
    await survey(netsuite.page, 'netsuite-access-token');
    token = await netsuite.newToken({ application, user: integrationUser.name, role: 'IntegratorFullAccess' });
  });
  await step('S63 S64 shown once', async () => {
    expect(token.id).toMatch(/^[0-9a-f]{64}$/);
    await netsuite.expectShownOnce();
  });

  await step('an existing connection, whose token does not work', async () => {
    await sluice.home();
    await sluice.waffle();
    await sluice.create('NetSuite');
    await sluice.fill({ name: 'netsuite', choose: { 'Authentication type': 'Token Based Auth (Manual)' }, fill: { 'Account ID': account.account, 'Token ID': 'f'.repeat(64), 'Token secret': 'e'.repeat(64) }, advanced: { 'Base URL': account.url } });
    await sluice.newClient('integrator-io', keys, application);
    await sluice.press('Save & close');
  });
  await step('S66 home, waffle, Connections', async () => {
    await sluice.home();
    await sluice.waffle();
  });
  await step('S67 the edit pencil', () => sluice.row('netsuite').getByRole('button', { name: /^Edit/ }).click());
  await step('S68 authentication type', async () => {
    await sluice.form.waitFor();
    expect(await sluice.form.getByRole('combobox', { name: 'Authentication type', exact: true }).inputValue()).toBe('Token Based Auth (Manual)');
  });
  await step('S69 environment and account ID', async () => {
    await sluice.choose('Environment', 'Production');
    await page.getByText(/The environment chosen is a production account/).waitFor();
    await sluice.choose('Environment', 'Sandbox');
  });
  await step('S70 token ID and token secret', async () => {
    for (const [label, value] of [['Token ID', token.id], ['Token secret', token.secret]] as const) {
      await sluice.press(`Replace ${label}`);
      await sluice.form.getByRole('textbox', { name: label, exact: true }).fill(value);
    }
  });
  await step('S71 Test', () => sluice.test());
  await survey(page, 'connection-tested');
  await step('S72 Save', async () => {
    await sluice.press('Save');
    await sluice.test();
    await sluice.press('Save & close');
    await sluice.shows('netsuite', 'Online');
  });
  await step('S74 a flow that sends data', async () => {
    await sluice.customersFlow('netsuite', folder.path);
    await sluice.run('customers-out');
  });
  await step('no page has a secret', async () => {
    for (const path of ['/connections', '/connections/netsuite', '/connections/netsuite?tab=audit-log', '/connections/netsuite?tab=debug-log', '/consumer-keys', '/audit']) {
      await page.goto(world.server.url + path);
      await settled(page);
      const [html, values] = [await page.content(), await page.locator('input,textarea').evaluateAll((all) => all.map((i) => (i as HTMLInputElement).value).join(' '))];
      for (const secret of [keys.key, keys.secret, token.id, token.secret]) expect(html + values, `${path} shows a secret`).not.toContain(secret);
    }
  });
});
