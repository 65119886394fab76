import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { call, type FileServer, logIn, startFileServer } from './harness';
import { openBrowser, survey, Watched } from './survey';

let browser: Browser;
let server: FileServer;

const flow = `name: people
export:
  connection: files
  csv:
    path: in.csv
  key: [id]
steps:
  - filter:
      if: this.name != ""
      reason: no name
  - map: |
      root = this
      root.name = this.name.uppercase()
  - import:
      connection: files
      csv:
        path: out.csv
        columns: [id, name]
`;

beforeAll(async () => {
  browser = await openBrowser();
  server = await startFileServer(browser, { 'in.csv': 'id,name\n1,ada\n2,\n' }, { people: flow });
});
afterAll(() => Promise.all([browser.close(), server.stop()]));

test('a case is made of a previewed record, kept with the flow, and fails with both sides when the flow changes', async () => {
  const watched = await Watched.open(browser);
  const { page } = watched;
  await logIn(page, server);
  await page.goto(`${server.url}/flows/people?tab=tests`);
  await page.getByText('No tests yet').waitFor();
  await survey(page, 'tests-none');
  await page.getByRole('button', { name: 'Preview', exact: true }).click();
  await page.getByRole('button', { name: 'Make a case of preview record 1' }).click();
  await page.getByText('A case of the record is at the end').waitFor();
  await page.getByRole('button', { name: 'Run tests' }).click();
  await page.getByRole('heading', { name: 'The case is as expected' }).waitFor();
  await page.getByRole('button', { name: 'Save tests' }).click();
  await page.getByText('The tests of people are saved').waitFor();
  await page.getByText(/^Revision 1/).waitFor();
  const kept = await call<{ text: string; number: number }>(page, server, 'GET', '/api/v1/flows/people/tests');
  expect(kept.text).toContain('name: ADA');

  // What the tests were before stays to be read, and to go on from.
  await call(page, server, 'PUT', '/api/v1/flows/people/tests', { text: kept.text.replace('name: ADA', 'name: ADA # in capitals') });
  await page.reload();
  await page.getByText(/^Revision 2/).waitFor();
  await page.getByRole('button', { name: 'Earlier revisions' }).click();
  const earlier = page.getByRole('dialog', { name: 'Earlier tests of people' });
  await earlier.getByText('From revision 1 to 2').waitFor();
  await earlier.getByText(/in capitals/).waitFor();
  await survey(page, 'tests-earlier');
  await earlier.getByRole('button', { name: 'Edit this text' }).click();
  await page.getByText('there are unsaved changes').waitFor();
  await page.getByRole('button', { name: 'Save tests' }).click();
  await page.getByText(/^Revision 3/).waitFor();
  expect((await call<{ text: string }>(page, server, 'GET', '/api/v1/flows/people/tests')).text).toBe(kept.text);

  // The flow changes on the page alone: its tests are run on what stands there.
  await page.getByRole('tab', { name: 'Steps' }).click();
  await page.getByText('List', { exact: true }).click();
  await page.getByRole('button', { name: /^Filter/ }).click();
  await page.getByRole('region', { name: 'Filter', exact: true }).getByLabel('If').fill('this.name != "ada"');
  await page.getByRole('tab', { name: 'Tests' }).click();
  await page.getByRole('button', { name: 'Run tests' }).click();
  await page.getByRole('heading', { name: '1 of 1 case failed' }).waitFor();
  await page.getByText('Expected (−), and what came (+)').waitFor();
  await page.getByText('reason: no name').waitFor();
  await survey(page, 'tests-failed');
  watched.expectQuiet();
});

test('what is wrong with the tests is told at its line', async () => {
  const watched = await Watched.open(browser);
  const { page } = watched;
  await logIn(page, server);
  await call(page, server, 'PUT', '/api/v1/flows/people/tests', { text: 'cases:\n  - name: one\n    given: [{id: "1", name: ada}]\n    expect: {counts: {written: 1}}\n' });
  await page.goto(`${server.url}/flows/people?tab=tests`);
  const editor = page.getByRole('textbox', { name: 'Cases' });
  await editor.click();
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText('  - name: two\n    expect: {}\n');
  await page.getByRole('button', { name: 'Run tests' }).click();
  await page.getByRole('heading', { name: 'The tests cannot be run' }).waitFor();
  await page.getByText(/^Line 5: /).waitFor();
  await survey(page, 'tests-wrong');
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('No tests yet').waitFor();
  expect((await call<{ text: string }>(page, server, 'GET', '/api/v1/flows/people/tests')).text).toBe('');
  watched.expectQuiet();
});

test('unsaved tests stay when another part is shown and over a reload, and leaving asks', async () => {
  const watched = await Watched.open(browser);
  const { page } = watched;
  await logIn(page, server);
  const stored = 'cases:\n  - name: one\n    given: [{id: "1", name: ada}]\n    expect: {counts: {written: 1}}\n';
  await call(page, server, 'PUT', '/api/v1/flows/people/tests', { text: stored });
  await page.goto(`${server.url}/flows/people?tab=tests`);
  const editor = page.getByRole('textbox', { name: 'Cases' });
  await editor.click();
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText('  # not saved yet\n');
  await page.getByText('there are unsaved changes').waitFor();
  await page.getByRole('tab', { name: 'Settings' }).click();
  await page.getByRole('tab', { name: 'Tests' }).click();
  await page.getByText('# not saved yet').waitFor();

  // From another part too.
  await page.getByRole('tab', { name: 'Settings' }).click();
  await page.getByRole('link', { name: 'Runs' }).click();
  const asked = page.getByRole('dialog', { name: 'Leave without saving?' });
  await asked.getByRole('button', { name: 'Stay' }).click();
  await asked.waitFor({ state: 'detached' });
  expect(page.url()).toContain('/flows/people');
  page.once('dialog', (d) => void d.accept());
  await page.reload();
  await page.getByRole('tab', { name: 'Tests' }).click();
  await page.getByText('# not saved yet').waitFor();

  await page.getByRole('button', { name: 'Save tests' }).click();
  await page.getByText('The tests of people are saved').waitFor();
  await page.getByText('there are unsaved changes').waitFor({ state: 'detached' });
  expect((await call<{ text: string }>(page, server, 'GET', '/api/v1/flows/people/tests')).text).toBe(`${stored}  # not saved yet\n`);
  await editor.click();
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText('  # discarded\n');
  await page.getByRole('button', { name: 'Discard changes' }).click();
  await page.getByText('# discarded').waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'Runs' }).click();
  await page.getByRole('heading', { level: 1, name: 'Runs' }).waitFor();
  watched.expectQuiet();
});
