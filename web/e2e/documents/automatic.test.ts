import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { call } from '../harness';
import { survey } from '../survey';
import { step } from './step';
import { integrationUser, World } from './world';

// The help page of integrator.io, "Token Based Auth (Automatic)": from both entry
// points, and every way in which NetSuite's pages can end.

const locked = 'Celigo integrator.io Full Access w/o 2FA [Locked]';
const role = 'FullAccessClone';

let world: World;
beforeAll(async () => {
  world = await World.begin();
});
afterAll(() => world?.end());

/** NetSuite's side, once. The callback is this server's own address, as the guide says. */
async function prepare() {
  const { netsuite, sluice } = world;
  await step('S11 the feature', () => netsuite.enableFeatures('Client SuiteScript', 'Server SuiteScript', 'SOAP Web Services', 'REST Web Services', 'SuiteAnalytics Workbook', 'Token-based Authentication'));
  await netsuite.installBundle();
  await step('S12 a copy of the locked role', () => netsuite.customizeRole(locked, role));
  await netsuite.assignRole('Setup > Users/Roles > Manage Users', integrationUser.name, role, { password: integrationUser.password });
  const keys = await netsuite.newIntegration({ name: 'Sluice', flow: `${sluice.server.url}/oauth/callback` });
  await call(sluice.page, sluice.server, 'POST', '/api/v1/consumer-keys', { name: 'sluice', account: world.account.account, application: 'Sluice', consumer_key: keys.key, consumer_secret: keys.secret });
}

/** Fills the pane for a connection by automatic authorization. */
async function enter(name: string, account = '') {
  const { sluice } = world;
  await sluice.fill({ name, choose: { 'Authentication type': 'Token Based Auth (Automatic)' }, ...(account && { fill: { 'Account ID': account } }), advanced: { 'Base URL': world.account.url } });
  await sluice.choose('iClient', 'sluice');
}

/** Logs in on NetSuite's page, which the browser was sent to, and answers the question. */
async function answer(decision: 'Allow' | 'Deny', asked = true) {
  const page = world.sluice.page;
  await page.waitForURL((u) => u.href.startsWith(world.account.url));
  if (await page.getByLabel('Password').isVisible()) {
    await page.getByLabel('Email Address').fill(integrationUser.email);
    await page.getByLabel('Password').fill(integrationUser.password);
    await page.getByRole('button', { name: 'Log In' }).click();
  }
  if (!asked) return;
  await page.getByRole('heading', { name: 'Allow Access' }).waitFor();
  await page.getByRole('button', { name: decision }).click();
}

beforeAll(prepare, 120_000);
beforeEach(() => world.leaveNetSuite());

describe('Token Based Auth (Automatic)', () => {
  test('from Resources > Connections', async () => {
    const { sluice, account } = world;
    const { page } = sluice;
    await step('S3 S5 S6 Create connection, NetSuite', async () => {
      await sluice.home();
      await sluice.resources();
      await sluice.create('NetSuite');
    });
    await step('S7 S8 S9 General, with name and the fixed application', async () => {
      const general = sluice.form.getByRole('group', { name: 'General' });
      await general.waitFor();
      expect(await general.getByRole('textbox', { name: 'Application' }).isEditable()).toBe(false);
      expect(await sluice.form.getByRole('group').first().textContent()).toContain('General');
    });
    await step('S1 S10 S13 S14 S15 S16 S17 the type, the account ID in any spelling, further settings', async () => {
      await enter('netsuite', account.account.toLowerCase().replace('_', '-'));
      await page.getByText(account.account, { exact: true }).first().waitFor();
      await sluice.form.getByRole('button', { name: 'Where do I find it?' }).click();
      await page.getByText('Four places show the account ID').waitFor();
      await page.keyboard.press('Escape');
    });
    await step('S18 Link SuiteScript integrator is for existing connections', async () => {
      expect(await sluice.form.getByRole('radiogroup', { name: 'Link SuiteScript integrator' }).count()).toBe(0);
    });
    await step('S20 S21 S25 WSDL version, the newest recommended', async () => {
      expect(await sluice.form.getByRole('combobox', { name: 'WSDL version' }).inputValue()).toMatch(/recommended/);
    });
    await survey(page, 'create-connection');
    await step('S26 S27 Save & authorize, log in to NetSuite', async () => {
      await sluice.press('Save & authorize');
      await page.waitForURL((u) => u.href.startsWith(account.url));
      await survey(page, 'netsuite-log-in');
      await answer('Allow');
    });
    await step('S28 Online by itself', async () => {
      await page.waitForURL((u) => u.pathname.startsWith('/connections'));
      await sluice.resources();
      await sluice.shows('netsuite', 'Online');
    });
    await step('S30 register with an integration', async () => {
      await call(page, sluice.server, 'POST', '/api/v1/integrations', { name: 'salesforce', title: 'Salesforce' });
      await page.goto(`${sluice.server.url}/integrations/salesforce?tab=connections`);
      await sluice.press('Register connections');
      await page.getByRole('dialog').getByRole('checkbox', { name: /netsuite/ }).check();
      await page.getByRole('dialog').getByRole('button', { name: /^Register/ }).click();
      await sluice.row('netsuite').waitFor();
    });
  });

  test('S18 S19 S20 S24 when editing', async () => {
    const { sluice } = world;
    const { page } = sluice;
    await sluice.customersFlow('netsuite', world.folder.path, 'salesforce');
    await sluice.run('customers-out');
    await page.goto(`${sluice.server.url}/connections/netsuite`);
    await sluice.form.waitFor();
    await sluice.form.getByRole('radiogroup', { name: 'Link SuiteScript integrator' }).getByRole('radio', { name: 'Yes' }).check();
    await sluice.press('Save');
    await page.getByRole('tab', { name: 'RESTlets' }).click();
    await page.getByText(/RESTlet/).last().waitFor();
    await page.getByRole('tab', { name: 'Settings' }).click();
    await sluice.choose('WSDL version', '2023.1');
    await page.getByText(/customers-out/).first().waitFor();
  });

  test('from the plus beside the connection of a flow step', async () => {
    const { sluice, account } = world;
    const { page } = sluice;
    await step('S4 the plus sign beside Connection', async () => {
      await page.goto(`${sluice.server.url}/flows/new`);
      await page.getByRole('button', { name: 'Create connection' }).first().click();
      await sluice.application('NetSuite');
    });
    await enter('from-a-step', account.account);
    await sluice.press('Save & authorize');
    await answer('Allow');
    await step('S29 it is in the step', async () => {
      await page.waitForURL((u) => u.pathname.startsWith('/flows'));
      await page.getByText('from-a-step').first().waitFor();
    });
  });
});

describe('an authorization that fails', () => {
  test('D5 the Authorization Flow box is missing', async () => {
    const { netsuite, sluice } = world;
    await netsuite.logIn();
    const keys = await netsuite.newIntegration({ name: 'No flow' });
    await call(sluice.page, sluice.server, 'POST', '/api/v1/consumer-keys', { name: 'no-flow', consumer_key: keys.key, consumer_secret: keys.secret });
    await sluice.home();
    await sluice.resources();
    await sluice.create('NetSuite');
    await enter('boxless');
    await sluice.choose('iClient', 'no-flow');
    await sluice.press('Save & authorize');
    await step('the message names the box', () => sluice.page.getByRole('alert').filter({ hasText: /Authorization Flow/ }).waitFor());
  });

  test('Deny ends in its own message', async () => {
    const { sluice } = world;
    await sluice.home();
    await sluice.resources();
    await sluice.create('NetSuite');
    await enter('denied');
    await sluice.press('Save & authorize');
    await answer('Deny');
    await step('the message says that it was denied', () => sluice.page.getByRole('alert').filter({ hasText: /Deny/ }).waitFor());
    await survey(sluice.page, 'authorization-denied');
  });

  test('a page left open too long ends in its own message', async () => {
    const { sluice, account } = world;
    await sluice.home();
    await sluice.resources();
    await sluice.create('NetSuite');
    await enter('expired');
    await sluice.press('Save & authorize');
    await sluice.page.waitForURL((u) => u.href.startsWith(account.url));
    await fetch(`${account.url}/_emulator/clock`, { method: 'POST', body: JSON.stringify({ advance: '2h' }) });
    await answer('Allow', false);
    await step('NetSuite says that it is too late', () => sluice.page.getByText(/expired|no longer|not valid/i).first().waitFor());
  });
});
