import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Browser, Locator, Page } from 'playwright-core';

import { call, connect, makeOwner, type Server, startAccount, startServer } from './harness';
import { openBrowser, Watched } from './survey';

/** A server with an emulated account and a folder of files, and a browser. */
export interface Stage {
  browser: Browser;
  server: Server;
  /** The folder of the connection files. */
  files: string;
  stop: () => Promise<unknown>;
}

/** Sets up what the tests of the canvas work with. */
export async function setUp(): Promise<Stage> {
  const files = await mkdtemp(join(tmpdir(), 'sluice-e2e-canvas-'));
  await writeFile(join(files, 'customers.csv'), 'no,name\n1,Ada\n2,Berta\n3,\n4,Dora\n');
  const [browser, server, account] = await Promise.all([openBrowser(), startServer(), startAccount()]);
  const { page } = await Watched.open(browser);
  await makeOwner(page, server);
  await connect(page, server, account);
  await call(page, server, 'POST', '/api/v1/connections', { name: 'files', kind: 'files', settings: { dir: files } });
  return { browser, server, files, stop: () => Promise.all([browser.close(), server.stop(), account.stop(), rm(files, { recursive: true })]) };
}

/** Chooses an entry of a select within a part of the page. */
export async function choose(page: Page, part: Locator, label: string, option: string) {
  await part.getByRole('combobox', { name: label }).click();
  await page.getByRole('option', { name: option, exact: true }).click();
}

/** The card of a part on the canvas, and the pane of the one that is open. */
export const card = (page: Page, name: string) => page.getByRole('article', { name, exact: true });
export const main = (page: Page, name: string) => card(page, name).getByRole('button').first();
export const pane = (page: Page, name: string | RegExp) => page.getByRole('dialog', { name });
export const cards = async (page: Page) => (await page.getByRole('article').evaluateAll((all) => all.map((a) => a.getAttribute('aria-label'))));

export const flowText = async (page: Page, server: Server, name: string) => (await call<{ text: string }>(page, server, 'GET', `/api/v1/flows/${name}`)).text;
export const yaml = (page: Page) => page.getByRole('textbox', { name: 'The flow as YAML' });
/** The text of an editor, as its lines show it. */
export const linesOf = (editor: Locator) => editor.evaluate((e) => [...e.querySelectorAll('.cm-line')].map((l) => l.textContent).join('\n'));

export async function add(page: Page, behind: string, kind: string) {
  await page.getByRole('button', { name: `Add a step ${behind}`, exact: true }).click();
  await page.getByRole('menuitem', { name: new RegExp(`^${kind}`) }).click();
}

/** A flow with comments. */
export const commented = `# customers of the shop
name: customers-yaml
export:
  connection: files # a folder
  csv:
    path: customers.csv
  key: ["no"]
steps:
  # nameless ones cannot be billed
  - filter:
      if: this.name != ""
      reason: no name
  - import:
      connection: netsuite
      operation: upsert
      netsuite:
        record: customer
        external_id: '"E2E-" + this.no'
`;
