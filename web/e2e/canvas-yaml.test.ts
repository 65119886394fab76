import { afterAll, beforeAll, expect, test } from 'vitest';

import { card, cards, commented, flowText, linesOf, main, pane, setUp, yaml, type Stage } from './canvas';
import { call, logIn } from './harness';
import { survey, Watched } from './survey';

let stage: Stage;

beforeAll(async () => {
  stage = await setUp();
});
afterAll(() => stage.stop());

test('the text and the canvas are one, and comments stay', async () => {
  const watched = await Watched.open(stage.browser);
  const { page } = watched;
  await logIn(page, stage.server);
  await call(page, stage.server, 'PUT', '/api/v1/flows/customers-yaml', { text: commented });
  await page.goto(`${stage.server.url}/flows/customers-yaml?tab=yaml`);

  // What is typed shows on the canvas.
  await yaml(page).fill(commented.replace('  - import:', '  - name: tidy # twice\n    map: root = this\n  - import:'));
  await page.getByText('No problems').waitFor();
  await survey(page, 'canvas-yaml');
  await page.getByRole('tab', { name: 'Steps' }).click();
  await main(page, 'tidy').waitFor();
  expect(await cards(page)).toEqual(['Export', 'filter-1', 'tidy', 'import-1']);

  // What is entered there shows in the text.
  await main(page, 'filter-1').click();
  await pane(page, 'Filter').getByLabel('Reason').fill('nameless');
  await page.getByRole('tab', { name: 'YAML' }).click();
  await yaml(page).waitFor();
  const text = await linesOf(yaml(page));
  for (const line of ['# customers of the shop', 'connection: files # a folder', '# nameless ones cannot be billed', 'reason: nameless', '- name: tidy # twice']) expect(text).toContain(line);

  // It is saved from here too.
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('customers-yaml is saved').waitFor();
  expect(await flowText(page, stage.server, 'customers-yaml')).toBe(commented.replace('no name', 'nameless').replace('  - import:', '  - name: tidy # twice\n    map: root = this\n  - import:'));
  watched.expectQuiet();
});

test('the text says what is wrong at its lines, and offers keys', async () => {
  const watched = await Watched.open(stage.browser);
  const { page } = watched;
  await logIn(page, stage.server);
  await call(page, stage.server, 'PUT', '/api/v1/flows/customers-yaml', { text: commented });
  await page.goto(`${stage.server.url}/flows/customers-yaml?tab=yaml`);
  await yaml(page).fill(commented.replace('+ this.no', '+').replace('upsert', 'upsrt'));
  await page.getByRole('button', { name: /^Line 15, column 7.*operation/ }).waitFor();
  await page.getByRole('button', { name: /^Line 18, column 9.*external_id/ }).waitFor();
  await page.getByRole('tab', { name: 'Steps' }).click();
  await card(page, 'import-1').getByText('2 problems').waitFor();

  // While it cannot be read, the last flow that could is shown and nothing can be changed in it.
  await page.getByRole('tab', { name: 'YAML' }).click();
  await yaml(page).fill(commented.replace('steps:', 'steps: [}'));
  await page.getByRole('button', { name: /^Line 8/ }).waitFor();
  await page.getByRole('tab', { name: 'Steps' }).click();
  await page.getByText('The YAML cannot be read').waitFor();
  expect(await cards(page)).toEqual(['Export', 'filter-1', 'import-1']);
  expect(await page.getByRole('button', { name: /^Add a step/ }).count()).toBe(0);
  await survey(page, 'canvas-unreadable');
  await page.getByRole('button', { name: 'Show the text' }).click();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('tab', { name: 'Steps' }).click();
  await page.getByRole('button', { name: /^Add a step/ }).first().waitFor();

  await page.getByRole('tab', { name: 'YAML' }).click();
  await yaml(page).fill(commented);
  await yaml(page).press('Control+End');
  await page.keyboard.type('desc');
  const option = page.getByRole('option', { name: /^description/ });
  await option.click();
  await page.keyboard.type('of the shop');
  await expect.poll(() => linesOf(yaml(page))).toContain('\ndescription: of the shop');
  await page.getByRole('tab', { name: 'Settings' }).click();
  expect(await page.getByLabel('Description').inputValue()).toBe('of the shop');
  watched.expectQuiet();
});
