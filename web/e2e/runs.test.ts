import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { type Account, call, connect, makeOwner, type Server, startAccount, startServer } from './harness';
import { barriers, openBrowser, survey, Watched } from './survey';

const records = 300;
let browser: Browser;
let server: Server;
let account: Account;
let files: string;

beforeAll(async () => {
  files = await mkdtemp(join(tmpdir(), 'sluice-e2e-files-'));
  await writeFile(join(files, 'customers.csv'), `no,name\n${Array.from({ length: records }, (_, n) => `${n},Customer ${n}\n`).join('')}`);
  [browser, server, account] = await Promise.all([openBrowser(), startServer(), startAccount(['--latency', '250ms'])]);
});
afterAll(() => Promise.all([browser.close(), server.stop(), account.stop(), rm(files, { recursive: true })]));

const flow = `name: slow
export: {connection: files, csv: {path: customers.csv}, key: ["no"]}
steps:
  - map: |
      root.externalId = "E2E-" + this.no
      root.companyName = this.name
      root.subsidiary.id = "1"
  - import:
      connection: netsuite
      operation: upsert
      unchanged: skip
      netsuite: {record: customer, external_id: this.externalId}
pages: {size: 10}
`;

test('records are seen moving; a run is cancelled and goes on', async () => {
  const watched = await Watched.open(browser);
  const { page } = watched;
  await makeOwner(page, server);
  await connect(page, server, account);
  await call(page, server, 'POST', '/api/v1/connections', { name: 'files', kind: 'files', settings: { dir: files } });
  await call(page, server, 'PUT', '/api/v1/flows/slow', { text: flow });

  await page.goto(`${server.url}/flows/slow`);
  await page.getByRole('button', { name: 'Run now' }).click();
  const panel = page.getByRole('region', { name: /^Run \d+$/ });
  const written = async () => Number(/([\d,]+) written/.exec(await panel.innerText())?.[1] ?? '0');
  await expect.poll(written, { timeout: 20_000 }).toBeGreaterThan(0);
  const before = await written();
  await expect.poll(written, { timeout: 20_000 }).toBeGreaterThan(before);
  await panel.getByRole('link', { name: /^Run \d+$/ }).click();
  await page.getByText('Running').waitFor();
  expect(await barriers(page)).toEqual([]);

  await page.getByRole('button', { name: 'Cancel run' }).click();
  await page.getByText('Cancelled').waitFor({ timeout: 30_000 });
  await survey(page, 'run-cancelled');
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByText('Completed').first().waitFor({ timeout: 60_000 });
  await page.getByText(`${records} of ${records}`).waitFor();
  watched.expectQuiet();
});
