import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { call, makeOwner, logIn, type Server, startServer } from './harness';
import { openBrowser, Watched } from './survey';

let browser: Browser;
let server: Server;
let files: string;

beforeAll(async () => {
  files = await mkdtemp(join(tmpdir(), 'sluice-e2e-overtaken-'));
  [browser, server] = await Promise.all([openBrowser(), startServer()]);
  const { page } = await Watched.open(browser);
  await makeOwner(page, server);
  await call(page, server, 'POST', '/api/v1/connections', { name: 'files', kind: 'files', settings: { dir: files } });
});
afterAll(() => Promise.all([browser.close(), server.stop(), rm(files, { recursive: true })]));

const text = (description: string) => `name: copy\ndescription: ${description}\nexport:\n  connection: files\n  csv: {path: in.csv}\n  key: [id]\nsteps:\n  - import:\n      connection: files\n      csv: {path: out.csv, columns: [id]}\n`;
const store = (page: Page, description: string) => call(page, server, 'PUT', '/api/v1/flows/copy', { text: text(description) });
const stored = async (page: Page) => call<{ text: string; number: number }>(page, server, 'GET', '/api/v1/flows/copy');

/** Opens the flow, lets somebody else store it, then describes and saves it. */
async function overtaken(theirs: string, mine: string): Promise<Watched> {
  const watched = await Watched.open(browser);
  watched.allow(/409/);
  const { page } = watched;
  await logIn(page, server);
  await store(page, `before ${theirs}`);
  await page.goto(`${server.url}/flows/copy?tab=settings`);
  await page.getByLabel('Description').first().waitFor();
  await store(page, theirs);
  await page.getByLabel('Description').first().fill(mine);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('alert').filter({ hasText: 'has changed' }).waitFor();
  expect((await stored(page)).text).toContain(`description: ${theirs}`);
  return watched;
}

test('what somebody else stored meanwhile is not undone unseen, and can be written over', async () => {
  const watched = await overtaken('theirs', 'mine');
  const { page } = watched;
  await page.getByRole('button', { name: 'See what was stored' }).click();
  await page.getByRole('tab', { name: 'Revisions', selected: true }).waitFor();
  const { number } = await stored(page);
  await page.getByRole('button', { name: 'Save mine over it' }).click();
  await page.getByText(`copy is saved as revision ${number + 1}`).waitFor();
  expect((await stored(page)).text).toContain('description: mine');
  watched.expectQuiet();
});

test('the newest is taken instead, and saving goes on from there', async () => {
  const watched = await overtaken('newer', 'older');
  const { page } = watched;
  await page.getByRole('button', { name: 'Take the newest instead' }).click();
  const description = page.getByLabel('Description').first();
  await expect.poll(() => description.inputValue()).toBe('newer');
  await description.fill('on top');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect.poll(async () => (await stored(page)).text).toContain('description: on top');
  watched.expectQuiet();
});

test('a connection that somebody else changed is not changed back unseen', async () => {
  const watched = await Watched.open(browser);
  watched.allow(/409/);
  const { page } = watched;
  await logIn(page, server);
  const settings = (base_url: string) => ({ name: 'shop', kind: 'http', settings: { base_url } });
  const now = async () => (await call<{ settings: Record<string, string> }>(page, server, 'GET', '/api/v1/connections/shop')).settings;
  await call(page, server, 'POST', '/api/v1/connections', settings('https://one.example.com'));
  await page.goto(`${server.url}/connections/shop`);
  const address = page.locator('#field-base_url').getByRole('textbox').or(page.locator('input#field-base_url'));
  await address.waitFor();
  await call(page, server, 'PUT', '/api/v1/connections/shop', settings('https://theirs.example.com'));
  await address.fill('https://mine.example.com');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('alert').filter({ hasText: 'has changed since it was read' }).waitFor();
  await page.getByText('https://one.example.com is https://theirs.example.com now').waitFor();
  expect((await now()).base_url).toBe('https://theirs.example.com');
  await page.getByRole('button', { name: 'Take the newest instead' }).click();
  await expect.poll(() => address.inputValue()).toBe('https://theirs.example.com');

  await call(page, server, 'PUT', '/api/v1/connections/shop', settings('https://again.example.com'));
  await address.fill('https://mine.example.com');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('button', { name: 'Save mine over it' }).click();
  await expect.poll(async () => (await now()).base_url).toBe('https://mine.example.com');
  watched.expectQuiet();
});
