import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { call, makeOwner, type Server, startServer } from './harness';
import { barriers, openBrowser, settled, Watched } from './survey';

const many = 10_000;
/** A task that takes longer is felt. */
const longest = 200;

let browser: Browser;
let server: Server;
let files: string;

beforeAll(async () => {
  files = await mkdtemp(join(tmpdir(), 'sluice-e2e-files-'));
  await writeFile(join(files, 'orders.csv'), `no,name\n${Array.from({ length: many }, (_, n) => `W-${String(n).padStart(5, '0')},Customer ${n}\n`).join('')}`);
  [browser, server] = await Promise.all([openBrowser(), startServer()]);
});
afterAll(() => Promise.all([browser.close(), server.stop(), rm(files, { recursive: true })]));

const flow = `name: refused
export: {connection: files, csv: {path: orders.csv}, key: ["no"]}
steps:
  - map: root = if this.name.length() > 0 { throw("no price for " + this.name) }
  - import: {connection: files, jsonl: {path: out.jsonl}}
pages: {size: 500}
`;

interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  tdur?: number;
  args?: { name?: string };
}

/** Milliseconds of the page's own work in its longest task while something is done: other programs on the machine do not count. */
async function longestTask(page: Page, act: () => Promise<void>): Promise<number> {
  await browser.startTracing(page, { categories: ['__metadata', 'disabled-by-default-devtools.timeline'] });
  await act();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  const main = new Set(traceEvents.filter((e) => e.name === 'thread_name' && e.args?.name === 'CrRendererMain').map((e) => `${e.pid} ${e.tid}`));
  const tasks = traceEvents.filter((e) => e.name === 'RunTask' && main.has(`${e.pid} ${e.tid}`)).map((e) => (e.tdur ?? 0) / 1000);
  expect(tasks.length).toBeGreaterThan(10);
  return tasks.reduce((a, b) => Math.max(a, b));
}

const drawn = (page: Page) => page.locator('tbody tr[data-index]').count();

test('ten thousand errors are scrolled, selected and resolved at once', async () => {
  const watched = await Watched.open(browser);
  const { page } = watched;
  await makeOwner(page, server);
  await call(page, server, 'POST', '/api/v1/connections', { name: 'files', kind: 'files', settings: { dir: files } });
  await call(page, server, 'PUT', '/api/v1/flows/refused', { text: flow });
  await call(page, server, 'POST', '/api/v1/flows/refused/run');
  const count = async () => (await call<{ open: number }>(page, server, 'GET', '/api/v1/errors/summary')).open;
  await expect.poll(count, { timeout: 120_000, interval: 1_000 }).toBe(many);

  await page.goto(`${server.url}/errors`);
  await page.getByText('10,000 errors.').waitFor();
  await settled(page);
  expect(await drawn(page)).toBeLessThan(80);
  const first = await page.locator('tbody tr[data-index]').first().innerText();

  // Down to the end: what follows is asked for on the way.
  const rows = () => page.evaluate(() => Math.max(...[...document.querySelectorAll<HTMLElement>('tbody tr[data-index]')].map((r) => Number(r.dataset.index))));
  const scrolling = await longestTask(page, async () => {
    await expect
      .poll(
        async () => {
          await page.mouse.wheel(0, 60_000);
          return rows();
        },
        { timeout: 120_000, interval: 60 },
      )
      .toBe(many - 1);
  });
  expect(scrolling, 'longest task while scrolling').toBeLessThan(longest);
  expect(await drawn(page)).toBeLessThan(80);
  await page.getByText('W-00000').waitFor();
  expect(await page.locator('tbody tr[data-index]').last().innerText()).not.toBe(first);

  const selecting = await longestTask(page, async () => {
    await page.getByLabel('Select W-00000').check();
    await page.getByText('1 selected').waitFor();
    await page.keyboard.press('k');
    await page.keyboard.press('x');
    await page.getByText('2 selected').waitFor();
    await page.getByLabel('Select all').check();
    await page.getByText('10000 selected').waitFor();
    await page.getByLabel('Select all').uncheck();
  });
  expect(selecting, 'longest task while selecting').toBeLessThan(longest);
  expect(await barriers(page)).toEqual([]);

  // All that match, not only those that are loaded.
  await page.goto(`${server.url}/errors`);
  await settled(page);
  await page.keyboard.press('*');
  await page.getByText('All 10,000 errors selected').waitFor();
  await page.getByRole('button', { name: 'Tag', exact: true }).click();
  await page.getByRole('dialog').getByLabel('Add').fill('seen');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Save tags' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached', timeout: 60_000 });
  const tagged = await call<{ open: number }>(page, server, 'GET', '/api/v1/errors/summary?tag=seen');
  expect(tagged.open).toBe(many);

  await page.keyboard.press('*');
  await page.getByRole('button', { name: 'Resolve', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Resolve' }).click();
  await page.getByText('No open errors').waitFor({ timeout: 60_000 });
  expect(await count()).toBe(0);
  watched.expectQuiet();
});
