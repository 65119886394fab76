import { join } from 'node:path';

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { call, type FileServer, logIn, startFileServer } from './harness';
import { openBrowser, settled, survey, Watched } from './survey';

let browser: Browser;
let server: FileServer;

const text = `# every night
name: nightly
export:
  connection: files
  csv:
    path: in.csv
  key: [id]
steps:
  - import:
      connection: files
      csv:
        path: out.csv
        columns: [id]
`;

beforeAll(async () => {
  browser = await openBrowser();
  server = await startFileServer(browser, { 'in.csv': 'id\n1\n' }, { nightly: text, 'after-it': text.replace('name: nightly', 'name: after-it').replace('# every night\n', '') });
});
afterAll(() => Promise.all([browser.close(), server.stop()]));

/** The times that the page lists: day, time and offset. */
const times = async (page: Page) => (await page.getByRole('list', { name: 'The next five times' }).locator('time').allInnerTexts()).map((t) => t.replace(/\s+/g, ' '));
const choose = async (page: Page, label: string, search: string) => {
  await page.getByRole('combobox', { name: label }).fill(search);
  await page.getByRole('option', { name: search, exact: true }).click();
};

test('a schedule is chosen, put into words, and shown over a change of the clocks', async () => {
  const watched = await Watched.open(browser);
  const { page } = watched;
  await logIn(page, server);
  await page.goto(`${server.url}/flows/nightly?tab=schedule`);
  await page.getByText('It runs when somebody starts it').waitFor();
  await survey(page, 'schedule-none');
  await page.getByRole('button', { name: 'Run it on a schedule' }).click();
  await choose(page, 'Time zone', 'Europe/Berlin');
  await page.getByLabel('At', { exact: true }).fill('02:30');
  await page.getByText('At 02:30, every day').waitFor();

  // The night on which the clocks of Berlin go forward, from 02:00 to 03:00.
  await page.getByLabel('From').fill('2027-03-26');
  const forward = page.getByRole('alert').filter({ hasText: 'Sun, 28 Mar 2027: forward from 02:00 to 03:00' });
  await forward.getByText('There is no 02:30 on this day').waitFor();
  await expect.poll(() => times(page)).toEqual(['Fri, 26 Mar 2027 02:30 UTC+1', 'Sat, 27 Mar 2027 02:30 UTC+1', 'Sun, 28 Mar 2027 03:00 UTC+2', 'Mon, 29 Mar 2027 02:30 UTC+2', 'Tue, 30 Mar 2027 02:30 UTC+2']);
  await page.getByText('Left out by the clocks').waitFor();
  await survey(page, 'schedule-forward');

  // And back, in autumn: the time that comes twice comes due once.
  await page.getByRole('button', { name: 'Show the times around Sun, 31 Oct 2027' }).click();
  await page.getByText('Shown twice').waitFor();
  expect(await times(page)).toEqual(['Fri, 29 Oct 2027 02:30 UTC+2', 'Sat, 30 Oct 2027 02:30 UTC+2', 'Sun, 31 Oct 2027 02:30 UTC+2', 'Mon, 1 Nov 2027 02:30 UTC+1', 'Tue, 2 Nov 2027 02:30 UTC+1']);

  // A schedule of every hour comes due both times.
  await page.getByRole('combobox', { name: 'Repeats' }).click();
  await page.getByRole('option', { name: 'Every hour' }).click();
  const back = page.getByRole('alert').filter({ hasText: 'Sun, 31 Oct 2027: back from 03:00 to 02:00' });
  await back.getByText('comes due both times; this is the first').waitFor();
  await survey(page, 'schedule-hourly');
  watched.expectQuiet();
});

test('an expression is checked as it is written, and the file keeps its comments', async () => {
  const watched = await Watched.open(browser);
  const { page } = watched;
  await logIn(page, server);
  await page.goto(`${server.url}/flows/nightly?tab=schedule`);
  await page.getByRole('button', { name: 'Run it on a schedule' }).click();
  await choose(page, 'Time zone', 'Asia/Tokyo');
  await page.getByText('The clocks of this zone are not set forward or back in the next year').waitFor();
  await page.getByRole('combobox', { name: 'Repeats' }).click();
  await page.getByRole('option', { name: 'By an expression of your own' }).click();
  const expression = page.getByLabel('Expression');
  await expression.fill('0 25 * * *');
  await page.getByText(/above maximum/).first().waitFor();
  expect(await expression.getAttribute('aria-invalid')).toBe('true');
  await survey(page, 'schedule-wrong');
  await expression.fill('15 6,18 * * 1-5');
  await page.getByText('At 06:15 and 18:15, Monday through Friday').waitFor();
  await page.getByRole('combobox', { name: 'Run when a run of this flow has completed' }).click();
  await page.getByRole('option', { name: 'after-it' }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('nightly is saved').waitFor();
  const stored = await call<{ text: string }>(page, server, 'GET', '/api/v1/flows/nightly');
  expect(stored.text).toBe(`${text}schedule:\n  cron: "15 6,18 * * 1-5"\n  zone: Asia/Tokyo\nnext: [after-it]\n`);
  watched.expectQuiet();
});

test('is paused and resumed, and the watermark is changed', async () => {
  const watched = await Watched.open(browser);
  const { page } = watched;
  await logIn(page, server);
  const scheduled = 'schedule:\n  cron: "30 2 * * *"\n  zone: Europe/Berlin\n';
  await call(page, server, 'POST', '/api/v1/connections', { name: 'shop', kind: 'sqlite', settings: { path: join(server.files, 'shop.db') } });
  await call(page, server, 'PUT', '/api/v1/flows/changes', {
    text: `name: changes\nexport:\n  connection: shop\n  sql:\n    query: SELECT * FROM items\n    key: [id]\n  key: [id]\n  delta:\n    fields: [changed]\nsteps:\n  - import:\n      connection: files\n      csv:\n        path: out.csv\n        columns: [id]\n${scheduled}`,
  });
  await page.goto(`${server.url}/flows/changes?tab=schedule`);
  const standing = page.getByRole('region', { name: 'How it stands' });
  await standing.getByText('Active').waitFor();
  await standing.getByRole('button', { name: 'Pause' }).click();
  await standing.getByText('Somebody paused it').waitFor();
  await standing.getByRole('button', { name: 'Resume' }).click();
  await standing.getByText('Active').waitFor();

  const mark = page.getByRole('region', { name: 'Watermark' });
  await mark.getByText('There is none yet').waitFor();
  await mark.getByRole('button', { name: 'Change' }).click();
  const dialog = page.getByRole('dialog', { name: 'Change the watermark' });
  await dialog.getByLabel('Time, UTC').fill('2026-01-31T08:15');
  await dialog.getByRole('button', { name: 'Change' }).click();
  await mark.getByText('2026-01-31 08:15:00 UTC').waitFor();
  await dialog.waitFor({ state: 'detached' });
  await settled(page);
  await survey(page, 'schedule-watermark');
  await mark.getByRole('button', { name: 'Begin at the start' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Begin at the start' }).click();
  await mark.getByText('There is none yet').waitFor();
  watched.expectQuiet();
});
