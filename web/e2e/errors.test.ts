import { readFile } from 'node:fs/promises';

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
  await page.getByRole('button', { name: /^Run \d+: show without/ }).click();
  await page.getByRole('button', { name: /^Error \d+: C1040/ }).waitFor();
  watched.expectQuiet();
});

test('are found by where and why they came', async () => {
  const watched = await Watched.open(browser);
  const { page } = watched;
  await logIn(page, server);
  await page.goto(`${server.url}/errors`);
  const side = page.getByRole('complementary', { name: 'Where and why' });
  await side.getByRole('button', { name: /customers-in › import-1/ }).click();
  await expect.poll(() => page.getByRole('row').count()).toBe(2);
  expect(new URL(page.url()).search).toBe('?flow=customers-in&step=import-1');
  await page.getByRole('button', { name: 'Flow: customers-in: show without' }).click();
  await side.getByRole('button', { name: /INVALID_CONTENT/ }).click();
  await page.getByRole('button', { name: /^Error \d+: W-24018/ }).waitFor();
  await expect.poll(() => page.getByRole('row').count()).toBe(2);
  await page.goBack();
  await page.goto(`${server.url}/errors?connection=netsuite`);
  await expect.poll(() => page.getByRole('row').count()).toBe(4);
  await page.getByRole('textbox', { name: 'Message or record' }).fill('c1040');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.getByRole('row').count()).toBe(2);
  await page.getByRole('button', { name: 'Clear all' }).click();
  await expect.poll(() => page.getByRole('row').count()).toBe(4);
  watched.expectQuiet();
});

test('become tests of their flow', async () => {
  const watched = await Watched.open(browser);
  const { page } = watched;
  await logIn(page, server);
  const { items } = await call<{ items: { id: number; key: string }[] }>(page, server, 'GET', '/api/v1/errors?brief=true&flow=orders-in');
  await page.goto(`${server.url}/errors?error=${items.find((e) => e.key === 'W-24018')?.id}`);
  await page.getByRole('button', { name: 'Make a test of this' }).click();
  await page.waitForURL(`${server.url}/flows/orders-in?tab=tests`);
  await page.getByText('A case of the record is at the end').waitFor();
  const cases = page.getByRole('textbox', { name: 'Cases' });
  await expect.poll(() => cases.innerText()).toContain('W-24018, which failed in');
  // It comes once, and stays like anything that is not saved.
  await page.reload();
  await expect.poll(async () => (await cases.innerText()).split('which failed in').length).toBe(2);
  await page.getByRole('button', { name: 'Run tests' }).click();
  await page.getByRole('heading', { name: 'The case is as expected' }).waitFor();
  await survey(page, 'error-test');
  watched.expectQuiet();
});

test('are worked with keys alone', async () => {
  const watched = await Watched.open(browser);
  const { page } = watched;
  await logIn(page, server);
  await page.goto(`${server.url}/errors`);
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
  await page.getByRole('button', { name: /^Error \d+: W-24057/ }).waitFor();
  // Pages are worked side by side: which of the two errors came last is not given.
  await page.keyboard.press('j');
  const first = await focused();
  expect(first).toMatch(/^Error \d+: W-240(57|18)$/);
  await page.keyboard.press('j');
  const second = await focused();
  expect(second).toMatch(/^Error \d+: W-240(57|18)$/);
  expect(second).not.toBe(first);
  await page.keyboard.press('x');
  await page.getByText('1 selected').waitFor();
  await page.keyboard.press('k');
  expect(await focused()).toBe(first);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Enter');
  const said = first.includes('W-24057') ? ['nothing has externalid', 'Invalid Field Value'] : ['Invalid Field Value', 'nothing has externalid'];
  await page.getByRole('dialog').getByText(said[0] ?? '').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Next error' }).click();
  await page.getByRole('dialog').getByText(said[1] ?? '').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.keyboard.press('f');
  expect(await focused()).toBe('Message or record');
  await page.keyboard.type('j?');
  expect(await page.getByRole('dialog').count(), 'letters in a field are letters').toBe(0);
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^Error \d+: C1040/ }).waitFor();
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys on this page' }).waitFor();
  await survey(page, 'errors-keys');
  watched.expectQuiet();
});

test('are downloaded, as many as match', async () => {
  const watched = await Watched.open(browser);
  const { page } = watched;
  await logIn(page, server);
  await page.goto(`${server.url}/errors?flow=orders-in`);
  await page.getByRole('button', { name: 'Download' }).click();
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: /^CSV/ }).click()]);
  expect(file.suggestedFilename()).toBe('sluice-errors.csv');
  const lines = (await readFile(await file.path(), 'utf8')).trim().split('\n');
  expect(lines.length).toBe(3);
  expect(lines.slice(1).join('\n')).toMatch(/W-24057[^]*W-24018|W-24018[^]*W-24057/);
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
  const record = pane.getByRole('textbox', { name: 'Record' });
  // The editor draws its lines; what it holds is what is selected in it.
  const textOf = () => record.evaluate((e) => [...e.querySelectorAll('.cm-line')].map((l) => l.textContent).join('\n'));
  const text = await textOf();
  await record.fill(`${text}}`);
  await pane.getByText('There is more behind the end of the record').waitFor();
  expect(await pane.getByRole('button', { name: 'Save & retry' }).isDisabled()).toBe(true);
  // A number with digits that a float cannot hold comes back as it went.
  await record.fill(text.replace('"company": ""', '"company": "Mended Ltd", "digits": 9007199254740993.10'));
  await pane.getByText('What you change').waitFor();
  expect(await pane.getByText(/^\+ .*Mended Ltd/).count()).toBe(1);
  await survey(page, 'error-edited');
  await pane.getByRole('button', { name: 'Save record' }).click();
  await expect.poll(textOf).toContain('"digits": 9007199254740993.10');
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
