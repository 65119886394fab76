import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type Account, call, logIn, makeOwner, type Server, startAccount, startServer } from './harness';
import { open, openBrowser, survey, Watched } from './survey';

let browser: Browser;
let server: Server;
let account: Account & { admin_email: string; admin_password: string };
let watched: Watched;
let page: Page;

beforeAll(async () => {
  const [opened, started, emulated] = await Promise.all([openBrowser(), startServer(), startAccount()]);
  [browser, server, account] = [opened, started, emulated as typeof account];
  watched = await Watched.open(browser);
  page = watched.page;
  await makeOwner(page, server);
  await logIn(page, server);
  await call(page, server, 'POST', '/api/v1/consumer-keys', { name: 'main', account: account.account, consumer_key: account.consumer_key, consumer_secret: account.consumer_secret });
});
afterAll(async () => {
  await Promise.all([browser.close(), server.stop(), account.stop()]);
});

const go = (path: string) => open(page, server.url + path);
const field = (name: string) => page.locator(`#field-${name}`);
const button = (name: string) => page.getByRole('button', { name, exact: true });

async function choose(name: string, option: RegExp) {
  await field(name).click();
  await page.getByRole('option', { name: option }).click();
}

/** Logs in on NetSuite's page. */
async function netsuite(at = page) {
  await at.getByLabel('Email address').fill(account.admin_email);
  await at.getByLabel('Password').fill(account.admin_password);
  await at.keyboard.press('Enter');
}

describe('Save & authorize', () => {
  test('a new connection without an account ID: log in, deny, and it says so', async () => {
    await go('/connections/new?application=netsuite');
    await field('name').fill('erp');
    await choose('type', /^Token Based Auth \(Automatic\)/);
    await choose('iclient', /main/);
    expect(await field('token_id').count()).toBe(0);
    await button('Advanced').click();
    await field('base_url').fill(account.url);
    await button('Save & authorize').click();
    await netsuite();
    await button('Deny').click();
    await page.getByRole('alert').filter({ hasText: /denied|not allowed|refused/i }).waitFor();
    expect(page.url()).toContain('/connections/erp');
    await survey(page, 'authorization-denied');
  });

  test('allowed, it turns Online by itself, with account and role from the answer', async () => {
    await button('Save & authorize').click();
    await button('Allow').click();
    await page.getByText('erp is authorized').waitFor();
    await page.getByText('Online').first().waitFor();
    expect(await page.getByText(`account ${account.account}`).count()).toBeGreaterThan(0);
    await page.reload();
    await button('Dismiss').click();
    expect(page.url()).not.toContain('authorization=');
  });
});

describe('changing the type in place', () => {
  test('what it means is said before; the new login is proven, the old one comes back with one click', async () => {
    await go('/connections/erp');
    await choose('type', /^Token Based Auth \(Manual\)/);
    await page.getByText('From Token Based Auth (Automatic) to Token Based Auth (Manual)').waitFor();
    for (const [name, value] of Object.entries({ token_id: account.token_id, token_secret: account.token_secret })) {
      const replace = page.getByRole('button', { name: name === 'token_id' ? 'Replace Token ID' : 'Replace Token secret' });
      if (await replace.isVisible()) await replace.click();
      await field(name).fill(value);
    }
    await button('Save').click();
    await page.getByText('Previous: Token Based Auth (Automatic)').waitFor();
    await button('Restore').click();
    await page.getByText('Previous: Token Based Auth (Manual)').waitFor();
    await expect.poll(() => field('type').inputValue()).toBe('Token Based Auth (Automatic)');
  });

  test('a previous login that is proven can be dropped', async () => {
    await button('Test connection').click();
    await page.getByText('Your connection is working great! Nice Job.').waitFor();
    await page.reload();
    await button('Drop').click();
    await page.getByRole('dialog', { name: 'Drop the previous login?' }).getByRole('button', { name: 'Drop' }).click();
    await page.getByText('Previous:').waitFor({ state: 'detached' });
    watched.expectQuiet();
  });
});

describe('moving to OAuth 2.0', () => {
  test('make, upload, try beside the present login, switch', async () => {
    await go('/connections/erp?tab=oauth2');
    await button('Make key and certificate').click();
    const download = page.waitForEvent('download');
    await button('Download certificate').click();
    const file = await (await download).path();
    await survey(page, 'oauth2-upload');

    // An administrator elsewhere does NetSuite's part, in a browser of their own.
    const office = await browser.newContext();
    const other = await office.newPage();
    await other.goto(`${account.url}/app/setup/oauth2clientcredential.nl`);
    await netsuite(other);
    await other.getByLabel('Application').selectOption('Sluice');
    await other.getByLabel('Entity').selectOption({ label: 'Account Administrator' });
    await other.getByLabel('Role').selectOption({ index: 1 });
    await other.getByLabel('Certificate', { exact: true }).setInputFiles(file);
    await other.getByRole('button', { name: 'Save' }).click();
    await other.getByText('Certificate ID').first().waitFor();
    const id = new URL(other.url()).searchParams.get('id') ?? '';
    expect(id).not.toBe('');
    await office.close();

    await button('It is uploaded').click();
    await page.getByLabel('Certificate ID').fill(id);
    await button('Try it').click();
    await page.getByRole('table', { name: 'Both logins compared' }).waitFor();
    await survey(page, 'oauth2-trial');
    await button('Go on').click();
    await button('Switch to OAuth 2.0').click();
    await page.getByText('erp logs in with OAuth 2.0').waitFor();
    await page.getByRole('tab', { name: 'Settings' }).click();
    await page.getByText('Previous: Token Based Auth (Automatic)').waitFor();
    watched.expectQuiet();
  });
});
