import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { call, logIn, type Server, startDemo } from './harness';
import { openBrowser, settled, Watched } from './survey';

const images = join(import.meta.dirname, '../../docs/images');
/** A picture that README shows is not heavier. */
const most = 150_000;
const usual = { width: 1280, height: 800 };

let browser: Browser;
let server: Server;

beforeAll(async () => {
  [browser, server] = await Promise.all([openBrowser(), startDemo()]);
});
afterAll(() => Promise.all([browser.close(), server.stop()]));

// README's pictures are taken anew with `make e2e`: they show what the demo shows.
test.runIf(process.env.SLUICE_SHOTS)('README shows the pages as they are', async () => {
  const watched = await Watched.open(browser);
  const { page } = watched;
  await mkdir(images, { recursive: true });
  await logIn(page, server);
  const { items } = await call<{ items: { id: number; key: string }[] }>(page, server, 'GET', '/api/v1/errors?brief=true&flow=orders-in');
  const runs = await call<{ items: { id: number }[] }>(page, server, 'GET', '/api/v1/runs?flow=orders-in');
  const error = items.find((e) => e.key === 'W-24018')?.id;
  expect(error).toBeDefined();
  for (const [name, path, size] of [
    ['home', '/'],
    // All its steps are to be seen.
    ['flow', '/flows/orders-in', { width: 1440, height: 800 }],
    ['error', `/errors?error=${error}`],
    ['run', `/runs/${runs.items[0]?.id}`],
  ] as [string, string, typeof usual?][]) {
    await page.setViewportSize(size ?? usual);
    await page.goto(server.url + path);
    await settled(page);
    if (name === 'flow') await expect.poll(() => page.getByRole('button', { name: /^\d+ more to the/ }).count()).toBe(0);
    if (name === 'error') await page.locator('.cm-content').waitFor();
    await page.evaluate(() => document.fonts.ready);
    const file = join(images, `${name}.png`);
    await page.screenshot({ path: file, animations: 'disabled' });
    expect((await stat(file)).size, name).toBeLessThan(most);
  }
  watched.expectQuiet();
});
