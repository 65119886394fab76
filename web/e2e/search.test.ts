import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { call, logIn, makeOwner, type Server, startServer } from './harness';
import { openBrowser, settled, survey, Watched } from './survey';

let browser: Browser;
let server: Server;

beforeAll(async () => {
  [browser, server] = await Promise.all([openBrowser(), startServer()]);
  const { page } = await Watched.open(browser);
  await makeOwner(page, server);
  await call(page, server, 'POST', '/api/v1/connections', { name: 'warehouse-files', kind: 'files', settings: { dir: '/tmp' } });
  await call(page, server, 'PUT', '/api/v1/flows/warehouse-orders', {
    text: 'name: warehouse-orders\nexport:\n  connection: warehouse-files\n  csv:\n    path: in.csv\nsteps:\n  - import:\n      connection: warehouse-files\n      csv:\n        path: out.csv\n        columns: [id]\n',
  });
});
afterAll(() => Promise.all([browser.close(), server.stop()]));

test('everything is found and opened by the keyboard alone', async () => {
  const watched = await Watched.open(browser);
  const { page } = watched;
  await logIn(page, server);
  await page.goto(server.url);
  await settled(page);
  await page.keyboard.press('Control+k');
  const dialog = page.getByRole('dialog');
  const field = dialog.getByRole('textbox', { name: 'Search' });
  await expect.poll(() => field.evaluate((e) => e === document.activeElement)).toBe(true);
  await page.keyboard.type('warehouse-o');
  await dialog.getByText('warehouse-orders').waitFor();
  await survey(page, 'search-found');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${server.url}/flows/warehouse-orders`);

  // What was opened last stands there before anything is entered.
  await dialog.waitFor({ state: 'detached' });
  await settled(page);
  await page.keyboard.press('/');
  await dialog.getByText('warehouse-orders').waitFor();
  await expect.poll(() => field.evaluate((e) => e === document.activeElement)).toBe(true);
  await page.keyboard.type('nothing has this name');
  await dialog.getByText('Nothing is called nothing has this name.').waitFor();
  await survey(page, 'search-nothing');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });

  await page.getByRole('button', { name: /^Search/ }).click();
  await expect.poll(() => field.evaluate((e) => e === document.activeElement)).toBe(true);
  await page.keyboard.type('audit');
  await dialog.getByText('Audit log').waitFor();
  await page.keyboard.press('Escape');
  expect(new URL(page.url()).pathname).toBe('/flows/warehouse-orders');
  watched.expectQuiet();
});
