import type { Browser, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { call, type FileServer, logIn, startFileServer } from './harness';
import { seed } from './process';
import { barriers, openBrowser, settled, sizes, survey, Watched } from './survey';

const many = 10_000;
/** A task that takes longer is felt. */
const longest = 200;

let browser: Browser;
let server: FileServer;

const flow = `name: refused
export: {connection: files, csv: {path: orders.csv}, key: ["no"]}
steps:
  - map: root = if this.name.length() > 0 { throw("no price for " + this.name) }
  - import: {connection: files, jsonl: {path: out.jsonl}}
pages: {size: 500}
`;

beforeAll(async () => {
  browser = await openBrowser();
  server = await startFileServer(browser, { 'orders.csv': `no,name\n${Array.from({ length: many }, (_, n) => `W-${String(n).padStart(5, '0')},Customer ${n}\n`).join('')}` }, { refused: flow });
});
afterAll(() => Promise.all([browser.close(), server.stop()]));

interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  tdur?: number;
  args?: { name?: string };
}

/** Milliseconds of the page's own work in its longest task while something is done: other programs on the machine do not count. */
async function longestTask(page: Page, act: () => Promise<void>): Promise<number> {
  await browser.startTracing(page, { categories: ['__metadata', 'disabled-by-default-devtools.timeline'] });
  await act();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  const main = new Set(traceEvents.filter((e) => e.name === 'thread_name' && e.args?.name === 'CrRendererMain').map((e) => `${e.pid} ${e.tid}`));
  const tasks = traceEvents.filter((e) => e.name === 'RunTask' && main.has(`${e.pid} ${e.tid}`)).map((e) => (e.tdur ?? 0) / 1000);
  expect(tasks.length).toBeGreaterThan(10);
  return tasks.reduce((a, b) => Math.max(a, b));
}

const drawn = (page: Page) => page.locator('tbody tr[data-index]').count();

/** The index of the last row that is drawn, counted from 0. */
const lastDrawn = (page: Page) => page.evaluate(() => Math.max(...[...document.querySelectorAll<HTMLElement>('tbody tr[data-index]')].map((r) => Number(r.dataset.index))));

/** Scrolls down to the end of a table; what follows is asked for on the way. */
async function scrollTo(page: Page, last: number): Promise<void> {
  await page.mouse.move(700, 600);
  const longestOne = await longestTask(page, async () => {
    await expect
      .poll(
        async () => {
          await page.mouse.wheel(0, 60_000);
          return lastDrawn(page);
        },
        { timeout: 120_000, interval: 60 },
      )
      .toBe(last);
  });
  expect(longestOne, 'longest task while scrolling').toBeLessThan(longest);
  expect(await drawn(page)).toBeLessThan(80);
}

test('ten thousand errors are scrolled, selected and resolved at once', async () => {
  const watched = await Watched.open(browser);
  const { page } = watched;
  await logIn(page, server);
  await call(page, server, 'POST', '/api/v1/flows/refused/run');
  const count = async () => (await call<{ open: number }>(page, server, 'GET', '/api/v1/errors/summary')).open;
  await expect.poll(count, { timeout: 120_000, interval: 1_000 }).toBe(many);

  await page.goto(`${server.url}/errors`);
  await page.getByText('10,000 errors.').waitFor();
  await settled(page);
  expect(await drawn(page)).toBeLessThan(80);
  const first = await page.locator('tbody tr[data-index]').first().innerText();

  await scrollTo(page, many - 1);
  await page.getByText('W-00000').waitFor();
  expect(await page.locator('tbody tr[data-index]').last().innerText()).not.toBe(first);

  const selecting = await longestTask(page, async () => {
    await page.getByLabel('Select W-00000').check();
    await page.getByText('1 selected').waitFor();
    await page.keyboard.press('k');
    await page.keyboard.press('x');
    await page.getByText('2 selected').waitFor();
    await page.getByLabel('Select all').check();
    await page.getByText('10000 selected').waitFor();
    await page.getByLabel('Select all').uncheck();
  });
  expect(selecting, 'longest task while selecting').toBeLessThan(longest);
  expect(await barriers(page)).toEqual([]);

  // All that match, not only those that are loaded.
  await page.goto(`${server.url}/errors`);
  await settled(page);
  await page.keyboard.press('*');
  await page.getByText('All 10,000 errors selected').waitFor();
  await page.getByRole('button', { name: 'Tag', exact: true }).click();
  await page.getByRole('dialog').getByLabel('Add').fill('seen');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Save tags' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached', timeout: 60_000 });
  const tagged = await call<{ open: number }>(page, server, 'GET', '/api/v1/errors/summary?tag=seen');
  expect(tagged.open).toBe(many);

  await page.keyboard.press('*');
  await page.getByRole('button', { name: 'Resolve', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Resolve' }).click();
  await page.getByText('No open errors').waitFor({ timeout: 60_000 });
  expect(await count()).toBe(0);
  watched.expectQuiet();
});

const numbers = `WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ${many}) SELECT n FROM c`;
// They began in the last week, a minute apart, and every tenth failed.
const at = `(CAST(strftime('%s', 'now') AS INTEGER) - (${many} - n) * 60) * 1000000`;
const runs = `INSERT INTO runs (flow_id, flow_name, revision, kind, state, cancel_asked, owner, fence, lease_until, export_done, bounds, counts, exports, steps, totals, error, created_by, created_at, started_at, finished_at)
  SELECT (SELECT id FROM flows WHERE name = 'refused'), 'refused', 1, 'manual', CASE n % 10 WHEN 0 THEN 'failed' ELSE 'completed' END, 0, '', 1, 0, 1, 'null',
  '{"read":20,"rows":20,"written":19,"failed":1}', '[]', '[]', '[]', 'null', 'schedule', ${at}, ${at}, ${at} + 2500000 FROM (${numbers});`;
const audit = `INSERT INTO audit_events (at, actor, action, noun, noun_id, detail)
  SELECT ${at}, 'olive@example.com', 'flow.save', 'flow', 'refused', 'revision ' || n FROM (${numbers});`;

const delivered = `name: delivered
export: {connection: files, csv: {path: orders.csv}, key: ["no"]}
errors: {trace: '"batch-7"'}
steps:
  - import: {connection: files, jsonl: {path: out.jsonl}}
pages: {size: 500}
`;

test('ten thousand runs, audit events and happenings of a trace are scrolled at once', async () => {
  const watched = await Watched.open(browser);
  const { page } = watched;
  await logIn(page, server);
  await call(page, server, 'PUT', '/api/v1/flows/delivered', { text: delivered });
  const run = await call<{ id: number }>(page, server, 'POST', '/api/v1/flows/delivered/run');
  await expect.poll(async () => (await call<{ state: string }>(page, server, 'GET', `/api/v1/runs/${run.id}`)).state, { timeout: 60_000, interval: 200 }).toBe('completed');
  await seed(server.data, runs + audit);

  await page.goto(`${server.url}/runs`);
  await page.getByRole('link', { name: `Run ${run.id + many} of refused` }).waitFor();
  await settled(page);
  expect(await drawn(page)).toBeLessThan(80);
  await scrollTo(page, many + run.id - 1);
  // Keys go on from row to row, however far that is from the top.
  await page.getByRole('link', { name: `Run ${run.id + 1} of refused` }).focus();
  await page.keyboard.press('k');
  expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(`Run ${run.id + 2} of refused`);

  // Of all that was scrolled to, only the newest part is asked for again.
  const asked: string[] = [];
  const note = (r: Request) => new URL(r.url()).pathname === '/api/v1/runs' && asked.push(new URL(r.url()).searchParams.get('before') ?? '0');
  page.on('request', note);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: `Run ${run.id + 2}` }).waitFor();
  const again = await call<{ id: number }>(page, server, 'POST', '/api/v1/flows/refused/run');
  await page.goBack();
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.getByRole('link', { name: `Run ${again.id} of refused` }).waitFor();
  await settled(page);
  page.off('request', note);
  expect(asked.filter((before) => before !== '0')).toEqual([]);

  await page.getByRole('combobox', { name: 'State' }).or(page.getByRole('textbox', { name: 'State' })).first().click();
  await page.getByRole('option', { name: 'Failed' }).click();
  await page.getByRole('link', { name: `Run ${run.id + many} of refused` }).waitFor();
  await scrollTo(page, many / 10 - 1);

  await page.goto(`${server.url}/audit`);
  await settled(page);
  expect(await drawn(page)).toBeLessThan(80);
  const events = await call<{ items: { id: number }[] }>(page, server, 'GET', '/api/v1/audit?limit=1');
  await scrollTo(page, (events.items[0]?.id ?? 0) - 1);
  await page.keyboard.press('j');
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('TR');
  await page.getByRole('textbox', { name: 'Search' }).fill('revision 7777');
  await page.waitForURL(/text=revision/);
  await page.getByRole('cell', { name: 'revision 7777', exact: true }).waitFor();

  await page.goto(`${server.url}/trace?key=batch-7`);
  await page.getByText(/^Also known as/).waitFor();
  await settled(page);
  expect(await drawn(page)).toBeLessThan(80);
  await scrollTo(page, many); // the run itself too
  expect(await barriers(page)).toEqual([]);
  await survey(page, 'trace-many');
  // What a small screen leaves out takes no room on it.
  await page.setViewportSize(sizes.narrow);
  // Rows that are drawn anew meanwhile have no width: they are measured until all stand.
  const widths = () =>
    page.locator('tbody').evaluate((body) => {
      const [row] = body.querySelectorAll('tr[data-index]');
      const of = (e: Element | null | undefined) => Math.round(e?.getBoundingClientRect().width ?? 0);
      return { table: of(body.closest('table')), row: of(row), cells: [...(row?.querySelectorAll('td') ?? [])].reduce((sum, e) => sum + of(e), 0) };
    });
  await expect.poll(async () => (await widths()).table).toBeGreaterThan(300);
  await expect.poll(async () => { const w = await widths(); return Math.abs(w.row - w.table) + Math.abs(w.cells - w.row); }).toBeLessThan(4);
  const cells = page.locator('tbody tr[data-index]').first().locator('td:visible');
  expect((await cells.last().boundingBox())?.width).toBeGreaterThan(150);
  watched.expectQuiet();
});

test('what a shorter time would remove is said, and asked for', async () => {
  const watched = await Watched.open(browser);
  const { page } = watched;
  await logIn(page, server);
  const stored = async () => (await call<{ items: { name: string; value: number }[] }>(page, server, 'GET', '/api/v1/settings')).items.find((s) => s.name === 'runs.days')?.value;
  await page.goto(`${server.url}/settings`);
  const form = page.getByRole('region', { name: 'What is kept' });
  await form.getByRole('textbox', { name: 'Runs that have ended' }).fill('5');
  // Of a week of a run a minute; the newest that failed and the newest that did not are needed.
  const going = /2,\d{3} runs/;
  await form.getByRole('status').filter({ hasText: going }).waitFor();

  const asked = page.getByRole('dialog', { name: 'Remove what is outdated?' });
  await form.getByRole('button', { name: 'Save' }).click();
  await asked.getByText(going).waitFor();
  await survey(page, 'settings-removing');
  await asked.getByRole('button', { name: 'Cancel' }).click();
  await asked.waitFor({ state: 'detached' });
  expect(await stored()).toBe(180);

  await form.getByRole('button', { name: 'Save' }).click();
  await asked.getByRole('button', { name: 'Save and remove' }).click();
  await page.getByText('The settings are saved').waitFor();
  expect(await stored()).toBe(5);
  watched.expectQuiet();
});
