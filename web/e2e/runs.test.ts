import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { type Account, call, connect, makeOwner, type Server, startAccount, startServer } from './harness';
import { barriers, open, openBrowser, settled, survey, Watched } from './survey';

const records = 300;
let browser: Browser;
let server: Server;
let account: Account;
let files: string;

beforeAll(async () => {
  files = await mkdtemp(join(tmpdir(), 'sluice-e2e-files-'));
  await writeFile(join(files, 'customers.csv'), `no,name\n${Array.from({ length: records }, (_, n) => `${n},Customer ${n}\n`).join('')}`);
  [browser, server, account] = await Promise.all([openBrowser(), startServer(), startAccount(['--latency', '250ms', '--concurrency', '5'])]);
});
afterAll(() => Promise.all([browser.close(), server.stop(), account.stop(), rm(files, { recursive: true })]));

/** A flow that sends each customer by itself, with names that two in a hundred lack. */
const flow = (name: string, connection: string) => `name: ${name}
export: {connection: files, csv: {path: customers.csv}, key: ["no"]}
steps:
  - name: shape
    map: |
      root.externalId = "${name}-" + this.no
      root.companyName = if this.no.number() % 50 == 3 { deleted() } else { "${name} " + this.name }
      root.subsidiary.id = "1"
  - name: customers
    import:
      connection: ${connection}
      operation: upsert
      unchanged: skip
      netsuite: {record: customer, external_id: this.externalId}
pages: {size: 10}
`;

test('a run is seen moving without a reload, cancelled and resumed; then its requests, the history and the slots', async () => {
  const watched = await Watched.open(browser);
  const { page } = watched;
  await makeOwner(page, server);
  for (const name of ['netsuite', 'netsuite-bulk']) await connect(page, server, account, name, { concurrency: '5' });
  await call(page, server, 'POST', '/api/v1/connections', { name: 'files', kind: 'files', settings: { dir: files } });
  await call(page, server, 'PUT', '/api/v1/flows/slow', { text: flow('slow', 'netsuite') });
  await call(page, server, 'PUT', '/api/v1/flows/bulk', { text: flow('bulk', 'netsuite-bulk') });
  const bulk = await call<{ id: number }>(page, server, 'POST', '/api/v1/flows/bulk/run');

  // Two flows over two connections of one account: five requests at a time between them.
  const run = await call<{ id: number }>(page, server, 'POST', '/api/v1/flows/slow/run');
  const polled: string[] = [];
  page.on('request', (r) => {
    if (new URL(r.url()).pathname === `/api/v1/runs/${run.id}`) polled.push(r.url());
  });
  await page.goto(`${server.url}/runs/${run.id}`);
  const progress = page.getByRole('region', { name: 'Progress' });
  const written = async () => Number(/([\d,]+) written/.exec(await progress.innerText())?.[1] ?? '0');
  await expect.poll(written, { timeout: 30_000 }).toBeGreaterThan(0);
  await progress.getByText('5 of 5 in use').waitFor();
  await progress.getByText(/\d+ wait/).waitFor();
  await page.getByRole('region', { name: 'Newest errors' }).getByText('3', { exact: true }).waitFor();
  polled.length = 0;
  const before = await written();
  await expect.poll(written, { timeout: 30_000 }).toBeGreaterThan(before + 10);
  expect(polled.length, 'the run was asked for again, beside its events').toBeLessThan(3);
  expect(await barriers(page)).toEqual([]);

  await page.getByRole('button', { name: 'Cancel run' }).click();
  await progress.getByText('Cancelled').first().waitFor({ timeout: 60_000 });
  await call(page, server, 'POST', `/api/v1/runs/${bulk.id}/cancel`);
  await survey(page, 'run-cancelled');

  await page.getByText(/^customers$/).first().waitFor();
  const timeline = page.getByRole('region', { name: 'Timeline of requests' });
  await timeline.getByRole('img', { name: /^\d+ requests over/ }).waitFor();
  await timeline.getByText('Failed', { exact: true }).click();
  await timeline.getByText('Table', { exact: true }).click();
  await timeline.getByRole('row').filter({ hasText: '400' }).first().waitFor();
  await survey(page, 'run-requests');
  watched.expectQuiet();

  await page.getByRole('button', { name: 'Resume' }).click();
  await progress.getByText(/^Completed/).first().waitFor({ timeout: 120_000 });
  await progress.getByText(`${records} of ${records}`).waitFor();

  await open(page, `${server.url}/runs`);
  await page.getByRole('img', { name: /^Records over time: / }).waitFor();
  await survey(page, 'runs');
  await page.getByRole('region', { name: 'Records over time' }).getByText('Table', { exact: true }).click();
  await page.getByRole('table', { name: 'Records over time' }).waitFor();
  await page.getByRole('combobox', { name: 'State' }).or(page.getByRole('textbox', { name: 'State' })).first().click();
  await page.getByRole('option', { name: 'Cancelled' }).click();
  await expect.poll(() => page.url()).toContain('state=cancelled');
  await page.getByRole('link', { name: `Run ${bulk.id} of bulk` }).waitFor();
  await page.getByRole('link', { name: `Run ${run.id} of slow` }).waitFor({ state: 'detached' });
  await page.goto(`${server.url}/runs?integration=default&since=1h&started_by=${encodeURIComponent('nobody@example.com')}`);
  await page.getByText('No run is like that').waitFor();
  await survey(page, 'runs-none');

  await open(page, `${server.url}/concurrency`);
  const slots = page.getByRole('region', { name: account.account });
  await slots.getByRole('img', { name: /at most 5 of 5 in use at one time/ }).waitFor();
  const users = slots.getByRole('table', { name: 'Who takes slots' });
  await users.getByRole('row', { name: /slow netsuite/ }).waitFor();
  await users.getByRole('row', { name: /bulk netsuite-bulk/ }).waitFor();
  await survey(page, 'concurrency');
  await slots.getByText('Table', { exact: true }).click();
  await slots.getByRole('table', { name: /over time/ }).waitFor();
  await page.getByText('6 hours', { exact: true }).click();
  await settled(page);
  await survey(page, 'concurrency-table');
  watched.expectQuiet();
});
