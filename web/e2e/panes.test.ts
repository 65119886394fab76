import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { type Account, call, connect, logIn, makeOwner, type Server, startAccount, startServer } from './harness';
import { barriers, openBrowser, picture, settled, survey, Watched } from './survey';

let browser: Browser;
let server: Server;
let account: Account;

beforeAll(async () => {
  [browser, server, account] = await Promise.all([openBrowser(), startServer(), startAccount()]);
  const { page } = await Watched.open(browser);
  await makeOwner(page, server);
  await connect(page, server, account);
});
afterAll(() => Promise.all([browser.close(), server.stop(), account.stop()]));

/** Stores a flow and opens it, with one of its parts. A narrow screen shows a list in its place, so that a survey closes the pane: open shows it again. */
async function opened(name: string, text: string, part: string, card = part) {
  const watched = await Watched.open(browser);
  const { page } = watched;
  await logIn(page, server);
  await call(page, server, 'PUT', `/api/v1/flows/${name}`, { text });
  await page.goto(`${server.url}/flows/${name}`);
  await settled(page);
  const pane = page.getByRole('dialog', { name: new RegExp(`^${part}`) });
  const open = async () => {
    if (!(await pane.isVisible())) await page.getByRole('article', { name: card, exact: true }).getByRole('button').first().click();
    await pane.waitFor();
  };
  await open();
  return { watched, page, pane, open };
}

const flowText = async (page: Page, name: string) => (await call<{ text: string }>(page, server, 'GET', `/api/v1/flows/${name}`)).text;

async function save(page: Page, name: string): Promise<string> {
  const answered = page.waitForResponse((r) => r.request().method() === 'PUT' && r.url().endsWith(`/flows/${name}`));
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  expect((await answered).ok()).toBe(true);
  await page.getByText(`${name} is saved`).last().waitFor();
  return flowText(page, name);
}

const tail = `steps:
  - map: |
      root.externalId = "PANES-" + this.id
      root.companyName = this.companyname
  - import:
      connection: netsuite
      operation: upsert
      netsuite:
        record: customer
        external_id: this.externalId
`;

test('a query is completed from the account, and shows its rows', async () => {
  const { watched, page, pane, open } = await opened('query', `name: query\nexport:\n  connection: netsuite\n  suiteql:\n    query: SELECT id FROM customer\n    key: [id]\n  key: [id]\n${tail}`, 'Export');
  const query = pane.getByRole('textbox', { name: 'Query' });
  await query.fill('SELECT t.id, t.tran');
  await page.keyboard.press('End');
  await page.keyboard.type(' FROM transact');
  const list = pane.getByRole('listbox');
  await list.getByRole('option', { name: /^transaction / }).waitFor();
  await survey(page, 'panes-completion');
  await open();
  await query.click();
  await query.fill('SELECT t.id, t.tran FROM transaction t');
  await page.keyboard.press('Home');
  for (let n = 0; n < 'SELECT t.id, t.tran'.length; n++) await page.keyboard.press('ArrowRight');
  await page.keyboard.type('i');
  // A list that has just opened does not take Enter at once, since that was meant for the text.
  await list.getByRole('option', { name: /^tranid/ }).click();
  await expect.poll(() => query.innerText()).toBe('SELECT t.id, t.tranid FROM transaction t');
  await pane.getByRole('button', { name: 'Run query' }).click();
  await pane.getByRole('columnheader', { name: 'tranid' }).waitFor();
  await survey(page, 'panes-query');
  await open();

  // Which records a run reads is one choice.
  await pane.getByText('Changed', { exact: true }).click();
  await pane.getByRole('group', { name: 'Delta' }).getByRole('combobox', { name: 'Fields' }).fill('lastmodifieddate');
  await page.keyboard.press('Enter');
  expect(await page.getByRole('article', { name: 'Export', exact: true }).count()).toBe(1);
  await pane.getByText('Limit', { exact: true }).first().click();
  await pane.getByRole('textbox', { name: 'Limit' }).fill('25');
  const text = await save(page, 'query');
  expect(text).toContain('limit: 25');
  expect(text).not.toContain('delta');
  // Escape and then Tab leave the editor, and the pane stays open.
  await open();
  await query.click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Tab');
  expect(await query.evaluate((e) => e === document.activeElement)).toBe(false);
  await pane.waitFor();
  watched.expectQuiet();
});

test('a record filter is built of conditions, and says more as text', async () => {
  const { watched, page, pane, open } = await opened('records', `name: records\nexport:\n  connection: netsuite\n  records:\n    type: customer\n    filter: companyName START_WITH A\n  key: [id]\n${tail.replace('this.companyname', 'this.companyName')}`, 'Export');
  expect(await pane.getByLabel('Field of condition 1').inputValue()).toBe('companyName');
  expect(await pane.getByRole('combobox', { name: 'How companyName compares' }).inputValue()).toBe('starts with');
  await pane.getByRole('button', { name: 'Add a condition' }).click();
  await pane.getByLabel('Field of condition 2').fill('isInactive');
  await page.keyboard.press('Escape');
  await pane.getByRole('combobox', { name: 'Value of isInactive' }).click();
  await page.getByRole('option', { name: 'false', exact: true }).click();
  expect(await save(page, 'records')).toContain('filter: companyName START_WITH A AND isInactive IS false\n');

  await open();
  await pane.getByRole('button', { name: 'Edit as text' }).click();
  await pane.getByRole('textbox', { name: 'Filter as text' }).fill('(companyName START_WITH A OR companyName START_WITH B) AND isInactive IS false');
  await pane.getByText('says more than rows of conditions').waitFor();
  expect(await pane.getByRole('button', { name: 'Edit as conditions' }).isDisabled()).toBe(true);
  expect(await save(page, 'records')).toContain('(companyName START_WITH A OR companyName START_WITH B) AND isInactive IS false');
  await survey(page, 'panes-filter');
  watched.expectQuiet();
});

test('a saved search is picked by its name', async () => {
  const { watched, page, pane } = await opened('found', `name: found\nexport:\n  connection: netsuite\n  saved_search:\n    type: transaction\n    id: customsearch_x\n  key: [id]\n${tail}`, 'Export');
  const picker = pane.getByPlaceholder('customsearch_open_orders');
  await picker.fill('');
  await picker.click();
  const first = page.getByRole('option').first();
  await first.waitFor();
  const name = (await first.innerText()).split('\n')[0] ?? '';
  await first.click();
  await pane.getByText(name, { exact: true }).first().waitFor();
  expect(await picker.inputValue()).toMatch(/^-?\d+$/);
  await survey(page, 'panes-search');
  watched.expectQuiet();
});

test('a mapping is written beside a real record and the fields to make', async () => {
  const { watched, page, pane, open } = await opened('mapping', `name: mapping\nexport:\n  connection: netsuite\n  suiteql:\n    query: SELECT id, companyname, email FROM customer\n    key: [id]\n  key: [id]\n${tail}`, 'Map', 'map-1');
  await pane.getByRole('button', { name: 'Map to the fields of customer' }).click();
  const mapping = page.getByRole('dialog', { name: 'Mapping for customer' });
  const source = mapping.getByRole('region', { name: 'Record as it comes' });
  const target = mapping.getByRole('region', { name: 'Fields of Customer' });
  const result = mapping.getByRole('region', { name: 'Result' });
  await source.getByText('1 of 5').waitFor();
  await result.getByText('PANES-').waitFor();
  await target.getByText('1 mandatory missing').waitFor();
  await target.getByRole('button', { name: /^Map subsidiary: .*mandatory, missing$/ }).waitFor();
  await target.getByRole('button', { name: /^Map companyName: .*, mapped$/ }).waitFor();
  expect(await target.getByRole('button', { name: /^Map lastModifiedDate: .*read-only/ }).getAttribute('aria-disabled')).toBe('true');
  await survey(page, 'panes-mapping');
  await open();
  await pane.getByRole('button', { name: 'Map to the fields of customer' }).click();
  await source.getByText('1 of 5').waitFor();

  // A press on a field begins its line, a press on a value ends it.
  const editor = mapping.getByRole('textbox', { name: 'Mapping' });
  await editor.click();
  await page.keyboard.press('Control+End');
  await target.getByRole('button', { name: /^Map email:/ }).click();
  await source.getByRole('button', { name: 'Insert this.email' }).click();
  await expect.poll(() => editor.innerText()).toContain('root.email = this.email');
  await result.getByText('"email"').waitFor();
  await target.getByRole('button', { name: /^Map email: .*, mapped$/ }).waitFor();

  // A value is chosen by its name, and goes in by its ID.
  await target.getByRole('button', { name: 'Choose a value of currency' }).click();
  await page.getByRole('textbox', { name: 'Search the values of currency' }).fill('eu');
  const values = page.getByRole('listbox', { name: 'Values of currency' });
  await expect.poll(() => values.getByRole('option').count()).toBe(1);
  await picture(page, 'panes-values');
  expect(await barriers(page)).toEqual([]);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect.poll(() => editor.innerText()).toMatch(/root\.currency\.id = "\d+"/);
  await target.getByRole('button', { name: /^Map currency: .*, mapped$/ }).waitFor();
  await page.keyboard.type('\nroot.subsidiary.id = "Lark');
  const option = page.getByRole('option', { name: /^Larkfield Outdoor/ });
  await option.waitFor();
  // The list takes no press in the moment after it opened.
  await expect.poll(async () => ((await option.count()) > 0 && (await option.click()), editor.innerText())).toContain('root.subsidiary.id = "1"');

  // A mistake is at its place, and goes with it.
  await page.keyboard.press('Control+End');
  await page.keyboard.type(' +');
  await mapping.getByRole('button', { name: /^Line 5, column \d+/ }).waitFor();
  expect(await editor.getAttribute('aria-invalid')).toBe('true');
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Backspace');
  await target.getByText(/^\d+ mapped$/).waitFor();
  await expect.poll(() => editor.getAttribute('aria-invalid')).toBe('false');
  await mapping.getByRole('button', { name: 'Close' }).click();
  await mapping.waitFor({ state: 'detached' });
  expect(await save(page, 'mapping')).toMatch(/root\.email = this\.email\n +root\.currency\.id = "\d+"\n +root\.subsidiary\.id = "1"/);
  watched.expectQuiet();
});

test('a condition says what it makes of real records while it is written', async () => {
  const steps = '  - map: root = this\n  - filter:\n      if: this.id == "1"\n      reason: others\n';
  const { watched, page, pane, open } = await opened('condition', `name: condition\nexport:\n  connection: netsuite\n  suiteql:\n    query: SELECT id, companyname FROM customer\n    key: [id]\n  key: [id]\n${tail.replace('steps:\n', `steps:\n${steps}`)}`, 'Filter', 'filter-1');
  await pane.getByRole('button', { name: 'Try it with real records' }).click();
  const result = pane.getByRole('status', { name: 'If: result' });
  const condition = pane.getByRole('textbox', { name: 'If' });
  await result.getByText('false', { exact: true }).waitFor();
  await condition.fill('this.companyname.length() > 0');
  await result.getByText('true', { exact: true }).waitFor();
  await pane.getByRole('button', { name: 'Next record, to try it with' }).click();
  await pane.getByText('record 2 of 5').waitFor();
  await survey(page, 'panes-condition');
  await open();
  await pane.getByRole('button', { name: 'Try it with real records' }).click();
  await result.getByText('true', { exact: true }).waitFor();
  // A mistake is told with its place; so is what this record fails with.
  await condition.fill('this.companyname.length() >');
  await result.getByText(/^Column \d+: /).waitFor();
  await condition.fill('this.companyname');
  await result.getByText(/true or false|bool/).waitFor();
  await condition.fill('this.id != ""');
  await result.getByText('true', { exact: true }).waitFor();
  expect(await save(page, 'condition')).toContain('if: this.id != ""');
  watched.expectQuiet();
});

test('an import tells what a new record needs', async () => {
  const { watched, page, pane } = await opened('into', `name: into\nexport:\n  connection: netsuite\n  suiteql:\n    query: SELECT id, companyname FROM customer\n    key: [id]\n  key: [id]\n${tail}`, 'Import', 'import-1');
  await pane.getByRole('group', { name: 'Mandatory fields' }).getByText('Subsidiary').waitFor();
  const record = pane.getByPlaceholder('salesOrder');
  await record.fill('sales');
  await page.getByRole('option', { name: /^Sales order/ }).click();
  await pane.getByRole('group', { name: 'Mandatory fields' }).getByText('Entity').waitFor();
  expect(await save(page, 'into')).toContain('record: salesOrder');
  await survey(page, 'panes-import');
  watched.expectQuiet();
});
