import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { call } from '../harness';
import { sluice as run } from '../process';
import { survey } from '../survey';
import { step } from './step';
import { integrationUser, World } from './world';

// The help page of integrator.io for integration apps: an existing connection is
// changed from basic to tokens, by hand and then automatically.

const role = 'ETailClone';
const application = 'eTail Connectors (Token-Based Auth)';

let world: World;
beforeAll(async () => {
  world = await World.begin();
});
afterAll(() => world?.end());

/** Opens the connection as the document says: the integration, Connections, the three dots, Edit connection. */
async function editFromIntegration() {
  const { sluice } = world;
  await sluice.home();
  await sluice.page.getByRole('link', { name: /^Shopify/ }).first().click();
  await sluice.page.getByRole('tab', { name: /^Connections/ }).click();
  const row = sluice.row('netsuite');
  await sluice.page.getByRole('columnheader', { name: 'Actions' }).waitFor();
  await row.getByRole('button', { name: /^Actions/ }).click();
  await sluice.page.getByRole('menuitem', { name: 'Edit connection' }).click();
  await sluice.form.waitFor();
}

test('from basic to a token by hand, then automatically', async () => {
  const { netsuite, sluice, account, folder } = world;
  const { page } = sluice;

  await step('S97 enable the feature', () => netsuite.enableFeatures('Client SuiteScript', 'Server SuiteScript', 'SOAP Web Services', 'REST Web Services', 'SuiteAnalytics Workbook', 'Token-based Authentication'));
  await step('S98 S99 S100 the locked roles, and a clone with an alphanumeric name', async () => {
    await netsuite.installBundle();
    await netsuite.customizeRole('Celigo eTail SmartConnectors', role);
  });
  await step('S104 Manage Users, Edit, Access, Roles, OK, Save', () => netsuite.assignRole('Setup > Users/Roles > Manage Users', integrationUser.name, role, { password: integrationUser.password }));
  let token = { id: '', secret: '' };
  await step('S105 S106 S107 S108 New Access Token, shown once', async () => {
    token = await netsuite.newToken({ application, user: integrationUser.name, role, by: 'New Access Token' });
    await netsuite.expectShownOnce();
  });
  const keys = await world.publishersKeys(application);
  const own = await netsuite.newIntegration({ name: 'Sluice', flow: `${sluice.server.url}/oauth/callback` });

  await step('the app as it was: a connection of the type basic comes from files', async () => {
    for (const [name, k] of [['etail', keys], ['sluice', own]] as const) {
      await call(page, sluice.server, 'POST', '/api/v1/consumer-keys', { name, account: account.account, consumer_key: k.key, consumer_secret: k.secret });
    }
    await writeFile(join(folder.path, 'connections.yaml'), `connections:\n- name: netsuite\n  kind: netsuite\n  settings:\n    type: basic\n    account: ${account.account}\n    email: somebody@example.com\n    base_url: ${account.url}\n`);
    await run(['apply', folder.path, '--data', sluice.server.data]);
    await call(page, sluice.server, 'POST', '/api/v1/integrations', { name: 'shopify', title: 'Shopify', application: 'shopify' });
    await call(page, sluice.server, 'PUT', '/api/v1/integrations/shopify/connections/netsuite');
    await sluice.customersFlow('netsuite', folder.path, 'shopify');
  });
  const before = await call<{ id: string }>(page, sluice.server, 'GET', '/api/v1/connections/netsuite');

  await step('S96 S109 S110 integration, Connections, Actions, three dots, Edit connection', editFromIntegration);
  await step('S111 S112 the type, the token', async () => {
    await sluice.fill({ choose: { 'Authentication type': 'Token Based Auth (Manual)' }, fill: { 'Token ID': token.id, 'Token secret': token.secret } });
  });
  await step('S113 the wrong iClient says invalid or missing consumer key', async () => {
    await sluice.choose('iClient', 'sluice');
    await sluice.press('Test connection');
    await page.getByText(/invalid or missing consumer ?key/i).first().waitFor();
    await survey(page, 'wrong-iclient');
    await sluice.choose('iClient', 'etail');
  });
  await step('S114 S115 Test connection', () => sluice.test());
  await step('S116 Save & close', async () => {
    await sluice.press('Save & close');
    await sluice.form.waitFor({ state: 'detached' });
  });
  await sluice.run('customers-out');

  await step('S117 the same, automatically', async () => {
    await world.leaveNetSuite();
    await editFromIntegration();
    await sluice.choose('Authentication type', 'Token Based Auth (Automatic)');
    await sluice.choose('iClient', 'sluice');
    await sluice.press('Save & authorize');
    await page.waitForURL((u) => u.href.startsWith(account.url));
    await page.getByLabel('Email Address').fill(integrationUser.email);
    await page.getByLabel('Password').fill(integrationUser.password);
    await page.getByRole('button', { name: 'Log In' }).click();
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.waitForURL((u) => u.href.startsWith(sluice.server.url));
    await sluice.resources();
    await sluice.shows('netsuite', 'Online');
  });
  await sluice.run('customers-out');
  const after = await call<{ id: string; settings: { type: string } }>(page, sluice.server, 'GET', '/api/v1/connections/netsuite');
  expect(after).toMatchObject({ id: before.id, settings: { type: 'token-auto' } });
});
