import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { type Account, call, connect, logIn, makeOwner, type Server, startAccount, startServer } from './harness';
import { openBrowser, settled, survey, Watched } from './survey';

let browser: Browser;
let server: Server;
let account: Account;

beforeAll(async () => {
  [browser, server, account] = await Promise.all([openBrowser(), startServer(), startAccount()]);
});
afterAll(() => Promise.all([browser.close(), server.stop(), account.stop()]));

test('a new server says what to do first', async () => {
  const watched = await Watched.open(browser);
  const { page } = watched;
  await makeOwner(page, server);
  await page.goto(server.url);
  await page.getByRole('heading', { name: 'From here to the first run' }).waitFor();
  const next = page.locator('[aria-current=step]');
  expect(await next.innerText()).toContain('Connect NetSuite');
  expect(await next.getByRole('link').getAttribute('href')).toBe('/connections/new?application=netsuite');

  await connect(page, server, account);
  await page.reload();
  await settled(page);
  expect(await page.locator('[aria-current=step]').innerText()).toContain('Connect the other side');
  watched.expectQuiet();
});

test('one is made, and connections are registered with it', async () => {
  const watched = await Watched.open(browser);
  const { page } = watched;
  await logIn(page, server);
  await page.getByRole('button', { name: 'Create integration' }).click();
  const dialog = page.getByRole('dialog', { name: 'Create integration' });
  await dialog.getByLabel('Name').fill('Web Shop (EU)');
  expect(await dialog.innerText()).toContain('web-shop-eu');
  await dialog.getByRole('combobox', { name: 'Application' }).click();
  await page.getByRole('option', { name: 'Shopify' }).click();
  await survey(page, 'create-integration');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('heading', { level: 1, name: 'Web Shop (EU)' }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/integrations/web-shop-eu');
  await page.getByText('No flows yet').waitFor();

  await page.getByRole('tab', { name: 'Connections' }).click();
  await page.getByRole('button', { name: 'Register connections' }).click();
  await page.getByRole('dialog').getByLabel('netsuite').check();
  await page.getByRole('dialog').getByRole('button', { name: 'Register' }).click();
  await page.getByRole('columnheader', { name: 'Actions' }).waitFor();

  // The documents' way: integration, Connections, three dots in the Actions column.
  await page.getByRole('button', { name: 'Actions for netsuite' }).click();
  await page.getByRole('menuitem', { name: 'Test connection' }).click();
  await page.getByText('Your connection is working great! Nice Job.').waitFor();
  await survey(page, 'integration-connections');
  await page.getByRole('button', { name: 'Actions for netsuite' }).click();
  await page.getByRole('menuitem', { name: 'Edit connection' }).click();
  await page.waitForURL(`${server.url}/connections/netsuite`);
  watched.expectQuiet();
});

test('its settings change, and it can be deleted', async () => {
  const watched = await Watched.open(browser);
  const { page } = watched;
  await logIn(page, server);
  await page.goto(`${server.url}/integrations/web-shop-eu?tab=settings`);
  await page.getByLabel('Title').fill('Shop of Europe');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { level: 1, name: 'Shop of Europe' }).waitFor();
  const { connections } = await call<{ connections: string[] }>(page, server, 'GET', '/api/v1/integrations/web-shop-eu');
  expect(connections, 'registered connections stay').toEqual(['netsuite']);
  await survey(page, 'integration-settings');

  await call(page, server, 'POST', '/api/v1/integrations', { name: 'spare' });
  await page.goto(`${server.url}/integrations/spare?tab=settings`);
  await page.getByRole('button', { name: 'Delete integration' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.waitForURL(`${server.url}/`);
  await page.getByRole('link', { name: 'Shop of Europe' }).waitFor();
  expect(await page.getByRole('link', { name: 'spare' }).count()).toBe(0);
  watched.expectQuiet();
});

test('one with an offline connection is marked, and the bell says so', async () => {
  const watched = await Watched.open(browser);
  const { page } = watched;
  await logIn(page, server);
  await account.stop();
  await call(page, server, 'POST', '/api/v1/connections/netsuite/test');
  await page.goto(server.url);
  const tile = page.getByRole('article').filter({ hasText: 'Shop of Europe' });
  await tile.getByText('Offline: netsuite').waitFor();
  const bell = page.getByRole('button', { name: 'Notices: 1 is open' });
  await bell.click();
  await page.getByRole('link', { name: 'Find out why' }).waitFor();
  await survey(page, 'home-offline');
  await page.getByRole('button', { name: /^Dismiss/ }).click();
  await page.getByText('Nothing needs you.').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Notices', exact: true }).waitFor();
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label')), { message: 'the focus goes back to the bell' }).toBe('Notices');

  await tile.getByRole('link', { name: 'Shop of Europe' }).click();
  await page.getByRole('link', { name: 'Find out what is wrong with netsuite' }).waitFor();
  watched.expectQuiet();
});
