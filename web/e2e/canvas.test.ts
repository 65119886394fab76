import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { add, card, cards, choose, commented, flowText, linesOf, main, pane, setUp, type Stage } from './canvas';
import { call, logIn } from './harness';
import { settled, survey, Watched } from './survey';

let stage: Stage;

beforeAll(async () => {
  stage = await setUp();
});
afterAll(() => stage.stop());

test('a flow is built from nothing, run, made to break, and mended to the last error', async () => {
  const watched = await Watched.open(stage.browser);
  const { page } = watched;
  await logIn(page, stage.server);
  await page.getByRole('link', { name: 'Create flow', exact: true }).click();

  // The plus beside the step's connection makes one, and puts it into the step.
  await page.getByRole('button', { name: 'Create connection for Export' }).click();
  const connection = page.getByRole('dialog', { name: /Create connection/ });
  await connection.getByRole('button', { name: /^Files/ }).click();
  await connection.getByRole('textbox', { name: /^Name/ }).fill('shop');
  await connection.getByRole('textbox', { name: /^Folder/ }).fill(stage.files);
  await connection.getByRole('button', { name: 'Save & close' }).click();
  await connection.waitFor({ state: 'detached' });
  await card(page, 'Export').getByText('shop', { exact: true }).waitFor();

  const from = pane(page, 'Export');
  await from.getByText('CSV file', { exact: true }).click();
  await from.getByLabel('Path').fill('customers.csv');
  await from.getByRole('combobox', { name: 'Key' }).fill('no');
  await page.keyboard.press('Enter');

  await add(page, 'behind the export', 'Filter');
  await pane(page, 'Filter').getByLabel('If').fill('this.name != ""');
  await pane(page, 'Filter').getByLabel('Reason').fill('no name');
  await add(page, 'behind filter-1', 'Map');
  await pane(page, 'Map').getByLabel('Mapping').fill('root.externalId = "CANVAS-" + this.no\nroot.companyName = this.name\nroot.subsidiary.id = "1"');
  await add(page, 'behind map-1', 'Import');
  const to = pane(page, 'Import');
  await choose(page, to, 'Application', 'NetSuite');
  await choose(page, to, 'Connection', 'netsuite');
  await to.getByText('Record type', { exact: true }).click();
  await choose(page, to, 'Operation', 'upsert');
  await to.getByRole('textbox', { name: 'Record' }).or(to.getByRole('combobox', { name: 'Record' })).first().fill('customer');
  await to.getByRole('textbox', { name: 'External ID' }).fill('this.externalId');
  expect(await cards(page)).toEqual(['Export', 'filter-1', 'map-1', 'import-1']);

  // A flow without a name is asked for one, saved and run.
  await page.getByRole('button', { name: 'Save & run' }).click();
  const ask = page.getByRole('dialog', { name: 'Name the flow' });
  await ask.getByLabel('Name').fill('customers-canvas');
  await ask.getByRole('button', { name: 'Save' }).click();
  await page.waitForURL(`${stage.server.url}/flows/customers-canvas`);
  const run = page.getByRole('region', { name: /^Run \d+$/ });
  await run.getByText('Completed', { exact: true }).first().waitFor();
  await card(page, 'import-1').getByText('3 written').waitFor();
  await card(page, 'filter-1').getByText('4 in · 1 excluded').waitFor();
  await card(page, 'Export').getByText('4 read').waitFor();
  await survey(page, 'canvas-run');

  // Without the filter NetSuite refuses who has no name.
  await main(page, 'filter-1').focus();
  await page.keyboard.press('Delete');
  await card(page, 'filter-1').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Save & run' }).click();
  await run.getByText('Completed with errors').first().waitFor();
  await survey(page, 'canvas-errors');
  await card(page, 'import-1').getByRole('link', { name: '1 open error' }).click();
  await page.getByRole('button', { name: /^Error \d+: 3/ }).click();
  const error = page.getByRole('dialog');
  const record = error.getByRole('textbox', { name: 'Record' });
  await record.fill((await linesOf(record)).replace('"name": ""', '"name": "Carla"'));
  await error.getByRole('button', { name: 'Save & retry' }).click();
  await expect.poll(async () => (await call<{ items: unknown[] }>(page, stage.server, 'GET', '/api/v1/errors?flow=customers-canvas&state=resolved')).items.length).toBe(1);
  expect((await call<{ items: unknown[] }>(page, stage.server, 'GET', '/api/v1/errors?flow=customers-canvas&state=open')).items).toEqual([]);
  await page.goto(`${stage.server.url}/flows/customers-canvas`);
  await settled(page);
  await main(page, 'import-1').waitFor();
  expect(await card(page, 'import-1').getByRole('link').count(), 'no open error is left').toBe(0);
  watched.expectQuiet();
});

test('what was done is taken back and comes again, over tabs', async () => {
  const watched = await Watched.open(stage.browser);
  const { page } = watched;
  await logIn(page, stage.server);
  await call(page, stage.server, 'PUT', '/api/v1/flows/customers-yaml', { text: commented });
  await page.goto(`${stage.server.url}/flows/customers-yaml`);
  await main(page, 'filter-1').click();
  const reason = pane(page, 'Filter').getByLabel('Reason');
  await reason.fill('');
  await reason.pressSequentially('without a name');
  // What was typed in one field goes at once, and the field keeps the focus.
  await page.keyboard.press('Control+z');
  await expect.poll(() => reason.inputValue()).toBe('no name');
  expect(await reason.evaluate((e) => e === document.activeElement), 'the field keeps the focus').toBe(true);
  await page.keyboard.press('Control+Shift+z');
  await expect.poll(() => reason.inputValue()).toBe('without a name');

  await page.getByRole('button', { name: 'Actions for filter-1' }).click();
  await page.getByRole('menuitem', { name: 'Duplicate' }).click();
  expect(await cards(page)).toEqual(['Export', 'filter-1', 'filter-2', 'import-1']);
  await page.getByRole('button', { name: 'Fit view' }).click();
  await page.getByRole('button', { name: 'Another export' }).click();
  await card(page, 'Export export-2').waitFor();
  await page.getByRole('tab', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('tab', { name: 'Steps' }).click();
  await main(page, 'filter-2').waitFor();
  expect(await cards(page)).toEqual(['Export', 'filter-1', 'filter-2', 'import-1']);
  for (const left of [3, 3]) {
    await page.getByRole('button', { name: 'Undo' }).click();
    expect(await cards(page)).toHaveLength(left);
  }
  expect(await page.getByRole('button', { name: 'Undo' }).isDisabled()).toBe(true);
  expect(await page.getByRole('button', { name: 'Save', exact: true }).isDisabled(), 'all is as it is stored').toBe(true);
  await page.keyboard.press('Control+y');
  expect(await page.getByRole('button', { name: 'Save', exact: true }).isDisabled()).toBe(false);
  watched.expectQuiet();
});

test('the keyboard alone is enough', async () => {
  const watched = await Watched.open(stage.browser);
  const { page } = watched;
  await logIn(page, stage.server);
  await call(page, stage.server, 'PUT', '/api/v1/flows/customers-yaml', { text: commented });
  await page.goto(`${stage.server.url}/flows/customers-yaml`);
  await settled(page);
  const at = () => page.evaluate(() => document.activeElement?.closest('article')?.getAttribute('aria-label') ?? document.activeElement?.getAttribute('aria-label') ?? '');
  // The canvas is one stop of Tab, behind the tools beside the tabs.
  await page.getByRole('radio', { name: 'Canvas' }).focus();
  for (let n = 0; n < 4 && (await at()) !== 'Export'; n++) await page.keyboard.press('Tab');
  expect(await at()).toBe('Export');
  await page.keyboard.press('ArrowRight');
  await expect.poll(at).toBe('filter-1');
  expect(await main(page, 'filter-1').getAttribute('aria-label')).toBe('Filter, Only records with this.name != ""');

  // Plus adds behind it, the pane takes the focus, Escape gives it back.
  await page.keyboard.press('+');
  await page.getByRole('menuitem', { name: /^Branch/ }).waitFor();
  for (let n = 0; n < 5 && !(await page.evaluate(() => document.activeElement?.textContent?.startsWith('Branch'))); n++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  const branch = pane(page, 'Branch');
  await expect.poll(() => branch.evaluate((e) => e === document.activeElement)).toBe(true);
  await page.keyboard.press('Escape');
  await branch.waitFor({ state: 'detached' });
  await expect.poll(at).toBe('branch-1');
  expect(await cards(page)).toEqual(['Export', 'filter-1', 'branch-1', 'Path first', 'Path rest', 'import-1']);

  // Alt with an arrow key moves a step, into the paths too.
  await page.keyboard.press('ArrowLeft');
  await expect.poll(at).toBe('filter-1');
  await page.keyboard.press('Alt+ArrowRight');
  await expect.poll(() => cards(page)).toEqual(['Export', 'branch-1', 'Path first', 'filter-1', 'Path rest', 'import-1']);
  await expect.poll(at).toBe('filter-1');
  await page.keyboard.press('Control+d');
  await expect.poll(() => cards(page)).toEqual(['Export', 'branch-1', 'Path first', 'filter-1', 'filter-2', 'Path rest', 'import-1']);
  await page.keyboard.press('Escape');
  await expect.poll(at).toBe('filter-2');
  await page.keyboard.press('Delete');
  await expect.poll(at).toBe('filter-1');
  await page.keyboard.press('ArrowLeft');
  await expect.poll(at).toBe('Path first');
  await page.keyboard.press('ArrowDown');
  await expect.poll(at).toBe('Path rest');
  await page.keyboard.press('Alt+ArrowUp');
  await expect.poll(() => cards(page)).toEqual(['Export', 'branch-1', 'Path rest', 'Path first', 'filter-1', 'import-1']);
  await expect.poll(at).toBe('Path rest');
  await page.keyboard.press('Enter');
  await expect.poll(() => pane(page, 'Path rest').evaluate((e) => e === document.activeElement)).toBe(true);
  await page.keyboard.press('Escape');
  await expect.poll(at).toBe('Path rest');
  await page.keyboard.press('End');
  await expect.poll(at).toBe('import-1');
  await page.keyboard.press('Control+z');
  await expect.poll(() => cards(page)).toEqual(['Export', 'branch-1', 'Path first', 'filter-1', 'Path rest', 'import-1']);
  await page.keyboard.press('Control+z');
  await expect.poll(() => cards(page)).toContain('filter-2');
  watched.expectQuiet();
});

test('a step is moved with the mouse, and shown as a list where there is no room', async () => {
  const watched = await Watched.open(stage.browser);
  const { page } = watched;
  await logIn(page, stage.server);
  const branched = `name: split
exports:
  - connection: files
    csv:
      path: customers.csv
  - name: more
    connection: files
    csv:
      path: customers.csv
steps:
  - name: check
    filter:
      if: this.name != ""
      reason: no name
  - name: way
    branch:
      paths:
        - name: early
          if: this.no.number() < 3
          steps:
            - name: tidy
              map: root = this
            - name: again
              branch:
                paths:
                  - name: one
                    if: this.no == "1"
                    steps: []
        - name: late
          steps: []
  - name: write
    import:
      connection: files
      csv:
        path: split.csv
        columns: [no, name]
`;
  await call(page, stage.server, 'PUT', '/api/v1/flows/split', { text: branched });
  await page.goto(`${stage.server.url}/flows/split`);
  await settled(page);
  await page.getByRole('button', { name: 'Fit view' }).click();
  const from = await main(page, 'check').boundingBox();
  const to = await page.getByRole('button', { name: 'Add a step behind the head of the path late', exact: true }).boundingBox();
  if (!from || !to) throw new Error('the canvas does not show them');
  await page.mouse.move(from.x + 20, from.y + 10);
  await page.mouse.down();
  await page.mouse.move(from.x + 60, from.y + 40, { steps: 4 });
  await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 8 });
  await page.mouse.up();
  expect(await cards(page)).toEqual(['Export exports[0]', 'Export more', 'way', 'Path early', 'tidy', 'again', 'Path one', 'Path late', 'check', 'write']);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('split is saved').waitFor();
  expect(await flowText(page, stage.server, 'split')).toContain('- name: late\n          steps:\n            - name: check\n');
  await page.getByRole('button', { name: 'Fit view' }).click();
  await main(page, 'check').click();
  await pane(page, 'Filter check').waitFor();
  await page.getByRole('button', { name: 'Preview', exact: true }).click();
  await card(page, 'Path early').getByText('Takes this path').waitFor();
  await page.getByRole('button', { name: 'Next record', exact: true }).click();
  await card(page, 'write').getByText('Would be sent').waitFor();
  await survey(page, 'canvas-branches');

  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole('region', { name: 'check', exact: true }).waitFor();
  expect(await page.getByRole('radio', { name: 'Canvas' }).count()).toBe(0);
  await page.setViewportSize({ width: 1440, height: 900 });
  await main(page, 'check').waitFor();
  // The way of showing is remembered.
  await page.getByText('List', { exact: true }).click();
  await page.getByRole('region', { name: 'check', exact: true }).waitFor();
  await page.reload();
  await page.getByRole('region', { name: 'check', exact: true }).waitFor();
  watched.expectQuiet();
});

test('a drawing of many steps has an overview, and its file is what it says', async () => {
  const watched = await Watched.open(stage.browser);
  const { page } = watched;
  await logIn(page, stage.server);
  const steps = Array.from({ length: 20 }, (_, n) => `  - name: step-${n}\n    map: root = this\n`).join('');
  await call(page, stage.server, 'PUT', '/api/v1/flows/long', { text: `name: long\nexport:\n  connection: files\n  csv:\n    path: customers.csv\nsteps:\n${steps}  - import:\n      connection: files\n      csv:\n        path: long.csv\n        columns: [no, name]\n` });
  await page.goto(`${stage.server.url}/flows/long`);
  await page.getByRole('img', { name: 'Overview' }).waitFor();
  // What does not fit begins at its first step, and says how far it goes on.
  const further = page.getByRole('button', { name: /^\d+ more to the right$/ });
  const hidden = async () => Number.parseInt((await further.getAttribute('aria-label')) ?? '', 10);
  expect((await main(page, 'Export').boundingBox())?.x).toBeGreaterThan(236);
  const first = await hidden();
  expect(first).toBeGreaterThan(10);
  await further.click();
  await expect.poll(hidden).toBeLessThan(first);
  await page.getByRole('button', { name: /^\d+ more to the left$/ }).click();
  await expect.poll(hidden).toBe(first);
  await survey(page, 'canvas-long');
  await main(page, 'Export').focus();
  await page.keyboard.press('End');
  // The keyboard takes the view along.
  await expect.poll(async () => (await main(page, 'import-1').boundingBox())?.x ?? 9999).toBeLessThan(1440);
  await page.getByRole('button', { name: 'Run now' }).click();
  await card(page, 'import-1').getByText('4 written').waitFor();
  expect((await readFile(join(stage.files, 'long.csv'), 'utf8')).trim().split('\n')).toHaveLength(5);
  watched.expectQuiet();
});
