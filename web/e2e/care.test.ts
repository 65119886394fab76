import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type Account, call, connect, logIn, makeOwner, type Server, startAccount, startServer } from './harness';
import { open, openBrowser, survey, Watched } from './survey';

let browser: Browser;
let server: Server;
let account: Account;
let watched: Watched;
let page: Page;

beforeAll(async () => {
  [browser, server, account] = await Promise.all([openBrowser(), startServer(), startAccount()]);
  watched = await Watched.open(browser);
  page = watched.page;
  await makeOwner(page, server);
  await logIn(page, server);
  await connect(page, server, account, 'good');
  await call(page, server, 'POST', '/api/v1/connections', {
    name: 'broken',
    kind: 'netsuite',
    settings: { account: account.account, type: 'token', base_url: account.url },
    secrets: { consumer_key: account.consumer_key, consumer_secret: account.consumer_secret, token_id: account.token_id, token_secret: 'facade'.padEnd(64, '0') },
  });
});
afterAll(async () => {
  await Promise.all([browser.close(), server.stop(), account.stop()]);
});

const go = (path: string) => open(page, server.url + path);
const button = (name: string) => page.getByRole('button', { name, exact: true });

describe('the debug log', () => {
  test('starts for 15 minutes, shows requests by itself with their secrets masked, and is cleared', async () => {
    await go('/debug');
    await page.getByRole('link', { name: 'good' }).click();
    await button('Start debug log').click();
    await page.getByRole('timer').waitFor();
    expect(await page.getByRole('timer').textContent()).toMatch(/^1[45]:/);
    await call(page, server, 'POST', '/api/v1/connections/good/test');
    await page.getByRole('button', { name: /^Show GET .*tokeninfo/ }).first().waitFor();
    await survey(page, 'debug-log');

    await page.getByRole('button', { name: /^Show GET .*tokeninfo/ }).first().click();
    const entry = page.getByRole('dialog', { name: /GET, 200/ });
    await entry.getByText('Authorization').waitFor();
    const shown = await entry.innerText();
    for (const secret of [account.consumer_key, account.token_id, account.token_secret]) expect(shown).not.toContain(secret);
    await survey(page, 'debug-entry');
    await page.keyboard.press('Escape');

    const saved = page.waitForEvent('download');
    await button('Download').click();
    expect((await saved).suggestedFilename()).toBe('good-debug.jsonl');
    await button('Stop').click();
    await button('Start debug log').waitFor();
    await button('Clear').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Clear', exact: true }).click();
    await page.getByRole('heading', { name: 'Nothing is logged' }).waitFor();
    watched.expectQuiet();
  });
});

describe('consumer keys', () => {
  test('one is created, and found by the form as iClient', async () => {
    await go('/consumer-keys');
    await button('Create iClient').first().click();
    watched.allow(/422/);
    await button('Save').click();
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-invalid'))).toBe('true');
    await page.getByLabel('Name').fill('main');
    await page.getByLabel('Account ID').fill('7654321');
    await page.getByRole('textbox', { name: 'Consumer key', exact: true }).fill(account.consumer_key);
    await page.getByRole('textbox', { name: 'Consumer secret' }).fill(account.consumer_secret);
    await survey(page, 'consumer-key-new');
    await button('Save').click();
    await page.getByRole('cell', { name: '7654321' }).waitFor();

    await go('/connections/good');
    await page.locator('#field-iclient').click();
    await page.getByRole('option', { name: 'main' }).click();
    await page.getByText('NetSuite will answer "invalid or missing consumer key"').waitFor();
  });

  test('the plus beside the field makes another, and chooses it', async () => {
    await button('Create an iClient').click();
    const pane = page.getByRole('dialog', { name: 'Create iClient' });
    expect(await pane.getByLabel('Account ID').inputValue()).toBe(account.account);
    await pane.getByLabel('Name').fill('sandbox');
    await pane.getByRole('textbox', { name: 'Consumer key', exact: true }).fill(account.consumer_key);
    await pane.getByRole('textbox', { name: 'Consumer secret' }).fill(account.consumer_secret);
    await pane.getByRole('button', { name: 'Save', exact: true }).click();
    await pane.waitFor({ state: 'detached' });
    await expect.poll(() => page.locator('#field-iclient').inputValue()).toBe('sandbox');
    await button('Save').click();
    await button('Close').waitFor();
    await button('Test connection').click();
    await page.getByText('Your connection is working great! Nice Job.').waitFor();
  });

  test('it is rotated in one place, names who uses it, and is not deleted while used', async () => {
    watched.allow(/409/);
    await go('/consumer-keys');
    const row = page.getByRole('row', { name: /sandbox/ });
    await row.getByRole('button', { name: '1 connection' }).click();
    await page.getByRole('link', { name: 'good' }).waitFor();
    await survey(page, 'consumer-keys');
    await page.keyboard.press('Escape');
    await button('Actions of sandbox').click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await button('Delete').click();
    await page.getByRole('alert').filter({ hasText: 'good' }).waitFor();
    await button('Cancel').click();
    const before = await row.locator('code').innerText();
    await button('Edit sandbox').click();
    await page.getByRole('textbox', { name: 'Consumer key', exact: true }).fill('facade'.padEnd(64, '1'));
    await button('Save').click();
    await expect.poll(() => row.locator('code').innerText()).not.toBe(before);
    await button('Edit sandbox').click();
    await page.getByRole('textbox', { name: 'Consumer key', exact: true }).fill(account.consumer_key);
    await button('Save').click();
    await expect.poll(() => row.locator('code').innerText()).toBe(before);
    watched.expectQuiet();
  });
});

// Last: refused logins count, and five lock the user.
describe('the doctor', () => {
  test('draws the path that holds', async () => {
    await go('/doctor');
    await page.getByRole('link', { name: 'Examine good' }).click();
    await button('Examine').click();
    await page.getByText('The path to NetSuite holds').waitFor({ state: 'attached' });
    await survey(page, 'doctor-healthy');
  });

  test('marks the broken link, ranks the steps, and each leads to the guide', async () => {
    await go('/connections/broken/doctor');
    await button('Examine').click();
    await page.getByText('The path to NetSuite is broken at Login').waitFor({ state: 'attached' });
    expect(await page.locator('li[data-state="broken"]').count()).toBe(1);
    await page.getByRole('region', { name: 'Evidence' }).getByText(/HTTP 401/).first().waitFor();
    await survey(page, 'doctor-broken');
  });

  test('the Detail of the Login Audit Trail decides', async () => {
    await page.getByLabel('Paste the Detail of the Login Audit Trail').fill('InvalidSignature');
    await button('Explain').click();
    const explained = page.locator('[aria-live="polite"]').filter({ hasText: 'InvalidSignature' }).last();
    await explained.getByRole('link', { name: 'Show me how' }).first().click();
    await page.getByRole('heading', { level: 1, name: 'Set-up guide' }).waitFor();
    expect(page.url()).toContain('step=');
    await page.locator('[id^="step-"]').getByRole('button', { expanded: true }).filter({ hasText: /token|integration/i }).waitFor();
    watched.expectQuiet();
  });

  test('a test that fails leads to the doctor, whose verdict marks the step beside the form', async () => {
    await go('/connections/broken');
    await button('Test connection').click();
    await button('Ask the doctor what to mend').click();
    await page.locator('li[data-suspect]').first().waitFor();
    await survey(page, 'connection-verdict');
    watched.expectQuiet();
  });
});
