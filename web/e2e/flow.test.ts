import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { type Account, call, connect, logIn, makeOwner, type Server, startAccount, startServer } from './harness';
import { openBrowser, settled, survey, Watched } from './survey';

let browser: Browser;
let server: Server;
let account: Account;
let files: string;

beforeAll(async () => {
  files = await mkdtemp(join(tmpdir(), 'sluice-e2e-files-'));
  await writeFile(join(files, 'customers.csv'), 'no,name\n1,Ada\n2,Berta\n3,\n4,Dora\n');
  [browser, server, account] = await Promise.all([openBrowser(), startServer(), startAccount()]);
  const { page } = await Watched.open(browser);
  await makeOwner(page, server);
  await connect(page, server, account);
  await call(page, server, 'POST', '/api/v1/connections', { name: 'files', kind: 'files', settings: { dir: files } });
});
afterAll(() => Promise.all([browser.close(), server.stop(), account.stop(), rm(files, { recursive: true })]));

/** Opens a page that shows flows as lists; the canvas has tests of its own. */
async function openList(): Promise<Watched> {
  const watched = await Watched.open(browser);
  await watched.page.addInitScript(() => localStorage.setItem('sluice.flow.view', '"list"'));
  return watched;
}

/** The text of the YAML tab, as its lines show it. */
const typed = (page: Page) => page.getByRole('textbox', { name: 'The flow as YAML' }).evaluate((e) => [...e.querySelectorAll('.cm-line')].map((l) => l.textContent).join('\n'));

/** Chooses an entry of a select within a part of the page. */
async function choose(page: Page, part: ReturnType<Page['locator']>, label: string, option: string) {
  await part.getByRole('combobox', { name: label }).click();
  await page.getByRole('option', { name: option, exact: true }).click();
}

const flowText = async (page: Page, name: string) => (await call<{ text: string }>(page, server, 'GET', `/api/v1/flows/${name}`)).text;

const step = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

test('is built from NetSuite to a file, previewed, saved and run', async () => {
  const watched = await openList();
  const { page } = watched;
  await logIn(page, server);
  await page.getByRole('link', { name: 'Create flow', exact: true }).click();
  await page.getByLabel('Name').fill('customers-out');

  const from = step(page, 'Export');
  await choose(page, from, 'Application', 'NetSuite');
  await choose(page, from, 'Connection', 'netsuite');
  await from.getByText('SuiteQL', { exact: true }).click();
  await from.getByLabel('Query').fill('SELECT id, companyname FROM customer');
  await from.getByRole('combobox', { name: 'Key' }).first().fill('id');
  await page.keyboard.press('Enter');
  await from.getByRole('button', { name: 'Run query' }).click();
  await from.getByRole('columnheader', { name: 'companyname' }).waitFor();

  await page.getByRole('button', { name: 'Add a step behind the export' }).click();
  await page.getByRole('menuitem', { name: /^Map/ }).click();
  await step(page, 'Map').getByLabel('Mapping').fill('root.no = this.id\nroot.name = this.companyname');

  await page.getByRole('button', { name: 'Add a step behind map-1' }).click();
  await page.getByRole('menuitem', { name: /^Import/ }).click();
  const to = step(page, 'Import');
  await choose(page, to, 'Application', 'Files');
  await choose(page, to, 'Connection', 'files');
  await to.getByText('CSV file', { exact: true }).click();
  await to.getByLabel('Path').fill('customers-out.csv');
  for (const column of ['no', 'name']) {
    await to.getByRole('combobox', { name: 'Columns' }).fill(column);
    await page.keyboard.press('Enter');
  }
  await survey(page, 'flow-new');

  await page.getByRole('button', { name: 'Preview', exact: true }).click();
  await page.getByText('Preview: record 1 of 5').waitFor();
  await to.getByText('Would be sent').waitFor();
  await page.getByRole('button', { name: 'Next record' }).click();
  await page.getByText('Preview: record 2 of 5').waitFor();
  await survey(page, 'flow-preview');
  await page.getByRole('button', { name: 'Close the preview' }).click();

  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.waitForURL(`${server.url}/flows/customers-out`);
  await page.getByRole('button', { name: 'Run now' }).click();
  const run = page.getByRole('region', { name: /^Run \d+$/ });
  await run.getByText('Completed').first().waitFor();
  await survey(page, 'flow-run');
  const written = Number(/([\d,]+) written/.exec(await run.innerText())?.[1]?.replace(',', ''));
  const lines = (await readFile(join(files, 'customers-out.csv'), 'utf8')).trim().split('\n');
  expect(lines[0]).toBe('no,name');
  expect(written).toBe(lines.length - 1);
  expect(written).toBeGreaterThanOrEqual(50);
  watched.expectQuiet();
});

test('keeps its comments and what nobody touched when it is edited', async () => {
  const watched = await openList();
  const { page } = watched;
  await logIn(page, server);
  const text = '# customers of the shop\nname: customers-in\nexport:\n  connection: files # a folder\n  csv:\n    path: customers.csv\n  key: ["no"]\nsteps:\n  # nameless ones cannot be billed\n  - filter:\n      if: this.name != ""\n      reason: no name\n  - import:\n      connection: netsuite\n      operation: upsert\n      netsuite:\n        record: customer\n        external_id: \'"E2E-" + this.no\'\n';
  await call(page, server, 'PUT', '/api/v1/flows/customers-in', { text });
  await page.goto(`${server.url}/flows/customers-in`);
  await page.getByRole('button', { name: /^Filter/ }).click();
  await step(page, 'Filter').getByLabel('Reason').fill('nameless');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('customers-in is saved').waitFor();
  const stored = await call<{ text: string }>(page, server, 'GET', '/api/v1/flows/customers-in');
  expect(stored.text).toBe(text.replace('reason: no name', 'reason: nameless'));

  await page.getByRole('tab', { name: 'YAML' }).click();
  await page.getByText('# nameless ones cannot be billed').waitFor();
  await survey(page, 'flow-yaml');
  await page.getByRole('tab', { name: 'Settings' }).click();
  await page.getByLabel('Description').waitFor();
  await survey(page, 'flow-settings');
  watched.expectQuiet();
});

test('tells what is wrong at its fields, and keeps unsaved changes over a reload', async () => {
  const watched = await openList();
  watched.allow(/422/);
  const { page } = watched;
  await logIn(page, server);
  await page.goto(`${server.url}/flows/customers-in`);
  await page.getByRole('button', { name: /^Import/ }).click();
  const external = step(page, 'Import').getByLabel('External ID');
  await external.fill('this.no +');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Something is wrong here').waitFor();
  expect(await external.getAttribute('aria-invalid')).toBe('true');
  await survey(page, 'flow-wrong');

  await page.reload();
  await page.getByText('Your unsaved changes are here again').waitFor();
  await page.getByRole('button', { name: 'Discard them' }).click();
  await page.getByRole('button', { name: /^Import/ }).click();
  expect(await step(page, 'Import').getByLabel('External ID').inputValue()).toBe('"E2E-" + this.no');
  watched.expectQuiet();
});

test('is run dry, and goes back to an earlier revision', async () => {
  const watched = await openList();
  const { page } = watched;
  await logIn(page, server);
  await call(page, server, 'PUT', '/api/v1/flows/customers-out', { text: (await flowText(page, 'customers-out')).replace('this.companyname', 'this.companyname.uppercase()') });
  await page.goto(`${server.url}/flows/customers-out?tab=dry-run`);
  await page.getByLabel('Records to read').fill('3');
  await page.getByRole('button', { name: 'Dry run' }).click();
  await page.getByRole('region', { name: 'In all' }).getByText('3', { exact: true }).first().waitFor();
  await page.getByText('The request, exactly').first().click();
  await survey(page, 'flow-dry-run');

  await page.getByRole('tab', { name: 'Revisions' }).click();
  await page.getByRole('button', { name: 'Show revision 2' }).click();
  await page.getByText('+ ', { exact: false }).filter({ hasText: 'uppercase' }).first().waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Revert to revision 1' }).click();
  const dialog = page.getByRole('dialog', { name: 'Revert to revision 1?' });
  await dialog.getByText('What changes').waitFor();
  await survey(page, 'flow-revert');
  await dialog.getByRole('button', { name: 'Revert', exact: true }).click();
  await page.getByRole('button', { name: 'Show revision 3' }).waitFor();
  await dialog.waitFor({ state: 'detached' });
  expect(await flowText(page, 'customers-out')).not.toContain('uppercase');
  expect(await page.getByRole('button', { name: 'Save', exact: true }).isDisabled(), 'the page has what is stored').toBe(true);
  watched.expectQuiet();
});

test('maps by a table, whose rows and lists are the file\'s', async () => {
  const watched = await openList();
  const { page } = watched;
  await logIn(page, server);
  await page.goto(`${server.url}/flows/customers-in`);
  await settled(page);
  await page.getByRole('button', { name: 'Add a step behind filter-1' }).click();
  await page.getByRole('menuitem', { name: /^Fields/ }).click();
  const grid = step(page, 'Fields');
  const box = (name: string) => grid.getByRole('textbox', { name, exact: true });
  await box('Field 1').fill('companyName');
  await box('From: companyName').fill('this.name');
  await grid.getByRole('button', { name: 'Add a field' }).click();
  await box('Field 2').fill('item.items');
  await choose(page, grid, 'Where item.items comes from', 'For each');
  await box('For each: item.items').fill('this.lines');
  await grid.getByRole('listitem').filter({ has: page.getByLabel('For each: item.items', { exact: true }) }).getByRole('listitem').getByRole('textbox', { name: 'Field 1', exact: true }).fill('quantity');
  await box('From: quantity').fill('this.qty');
  await choose(page, grid, 'quantity as', 'number');
  await grid.getByRole('button', { name: /^More of companyName/ }).click();
  await grid.getByRole('button', { name: 'Add a row: Table' }).click();
  await box('Table: name 1').fill('old');
  await box('Table: value 1').fill('new');
  await survey(page, 'flow-fields');
  await page.getByRole('tab', { name: 'YAML' }).click();
  await page.getByRole('textbox', { name: 'The flow as YAML' }).waitFor();
  const text = await typed(page);
  expect(text).toContain('- to: companyName\n        from: this.name\n        table:\n          old: new\n');
  expect(text).toContain('each: this.lines\n        fields:\n          - to: quantity\n            from: this.qty\n            as: number\n');
  watched.expectQuiet();
});

test('moves, adds and removes steps', async () => {
  const watched = await openList();
  const { page } = watched;
  await logIn(page, server);
  await page.goto(`${server.url}/flows/customers-in`);
  await settled(page);
  const titles = () => page.getByRole('heading', { level: 2 }).allInnerTexts();
  expect(await titles()).toEqual(['Export', 'Filter', 'Import']);
  await page.getByRole('button', { name: 'Add a step behind filter-1' }).click();
  await page.getByRole('menuitem', { name: /^Map/ }).click();
  expect(await titles()).toEqual(['Export', 'Filter', 'Map', 'Import']);
  await page.getByRole('button', { name: 'Actions for Map' }).click();
  await page.getByRole('menuitem', { name: 'Move up' }).click();
  expect(await titles()).toEqual(['Export', 'Map', 'Filter', 'Import']);
  await page.getByRole('button', { name: 'Actions for Map' }).click();
  await page.getByRole('menuitem', { name: 'Remove step' }).click();
  expect(await titles()).toEqual(['Export', 'Filter', 'Import']);
  watched.expectQuiet();
});

test('gets a connection that is made behind the plus', async () => {
  const watched = await openList();
  const { page } = watched;
  await logIn(page, server);
  await page.goto(`${server.url}/flows/new`);
  const from = step(page, 'Export');
  await choose(page, from, 'Application', 'Files');
  await from.getByRole('button', { name: 'Create connection' }).click();
  const pane = page.getByRole('dialog', { name: /Create connection/ });
  await pane.getByRole('textbox', { name: /^Name/ }).fill('more-files');
  await pane.getByRole('textbox', { name: /^Folder/ }).fill(files);
  await pane.getByRole('button', { name: 'Save & close' }).click();
  await pane.waitFor({ state: 'detached' });
  expect(await from.getByRole('combobox', { name: 'Connection' }).inputValue()).toBe('more-files');
  watched.expectQuiet();
});

test('takes the connection of the step that the browser comes back for', async () => {
  const watched = await openList();
  const { page } = watched;
  await logIn(page, server);
  await page.goto(`${server.url}/flows/customers-in?step=steps%5B1%5D.import&connection=files`);
  await page.getByRole('button', { name: 'Save', exact: true }).waitFor();
  await page.getByRole('tab', { name: 'YAML' }).click();
  await page.getByRole('textbox', { name: 'The flow as YAML' }).waitFor();
  expect(await typed(page)).toContain('- import:\n      connection: files');
  expect(new URL(page.url()).search).toBe('');
  watched.expectQuiet();
});
