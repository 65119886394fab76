import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { call, logIn, type Server, startDemo } from './harness';
import { openBrowser, survey, Watched } from './survey';

let browser: Browser;
let server: Server;

beforeAll(async () => {
  [browser, server] = await Promise.all([openBrowser(), startDemo()]);
});
afterAll(() => Promise.all([browser.close(), server.stop()]));

test('are found from the run that made them', async () => {
  const watched = await Watched.open(browser);
  const { page } = watched;
  await logIn(page, server);
  await page.getByRole('link', { name: 'Runs' }).click();
  await page.getByRole('combobox', { name: 'Flow' }).click();
  await page.getByRole('option', { name: 'orders-in' }).click();
  await page.getByRole('link', { name: /of orders-in$/ }).click();
  await page.getByRole('heading', { name: 'Control totals' }).waitFor();
  expect(await page.getByRole('row', { name: /^merchandise/ }).innerText()).toContain('246386.57');
  await survey(page, 'run');
  await page.getByRole('link', { name: 'Look at the 2 failed records' }).click();
  await page.getByRole('button', { name: /^Error \d+: W-24018/ }).waitFor();
  expect(await page.getByRole('row').count()).toBe(3);
  await page.getByRole('button', { name: /show errors of all runs/ }).click();
  await page.getByRole('button', { name: /^Error \d+: C1040/ }).waitFor();
  watched.expectQuiet();
});

test('a record is mended and tried again', async () => {
  const watched = await Watched.open(browser);
  const { page } = watched;
  await logIn(page, server);
  await page.goto(`${server.url}/errors`);
  await page.getByRole('button', { name: /^Error \d+: C1040/ }).click();
  const pane = page.getByRole('dialog');
  await pane.getByText('Please enter value(s) for: Company Name').waitFor();
  await survey(page, 'error');
  const record = pane.getByLabel('Record');
  const text = await record.inputValue();
  await record.fill(`${text}}`);
  await pane.getByText(/^This is not JSON/).waitFor();
  // A number with digits that a float cannot hold comes back as it went.
  await record.fill(text.replace('"company": ""', '"company": "Mended Ltd", "digits": 9007199254740993.10'));
  await pane.getByRole('button', { name: 'Save record' }).click();
  await expect.poll(() => record.inputValue()).toContain('"digits": 9007199254740993.10');
  await pane.getByRole('button', { name: 'Retry', exact: true }).click();
  await pane.waitFor({ state: 'detached' });
  await page.getByText('Resolved', { exact: true }).click();
  await page.getByRole('button', { name: /^Error \d+: C1040/ }).click();
  await page.getByRole('dialog').getByText(/Resolved by retry/).waitFor();
  watched.expectQuiet();
});

test('several are selected, resolved, opened again and tried again', async () => {
  const watched = await Watched.open(browser);
  const { page } = watched;
  await logIn(page, server);
  await page.goto(`${server.url}/errors?flow=orders-in`);
  await page.getByLabel('Select all').check();
  await page.getByText('2 selected').waitFor();
  await survey(page, 'errors-selected');
  await page.getByRole('button', { name: 'Resolve' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Resolve' }).click();
  await page.getByText('No open errors').waitFor();

  await page.getByText('Resolved', { exact: true }).click();
  await page.getByLabel('Select all').check();
  await page.getByRole('button', { name: 'Reopen' }).click();
  await page.getByText('Nothing was resolved yet').waitFor();

  await page.getByText('Open', { exact: true }).click();
  await page.getByLabel('Select W-24018').check();
  await page.getByRole('button', { name: 'Retry' }).click();
  await page.getByText('1 record will be tried again').waitFor();
  // Its product is still missing: it fails again and says how often it was tried.
  await page.getByText('tried again once').waitFor({ timeout: 30_000 });
  const { items } = await call<{ items: { kind: string; flow: string }[] }>(page, server, 'GET', '/api/v1/runs?limit=1');
  expect(items[0]).toMatchObject({ kind: 'retry', flow: 'orders-in' });
  watched.expectQuiet();
});
