import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { logIn, makeOwner, type Server, startDemo, startServer } from './harness';
import { pages, views } from './pages';
import { open, openBrowser, settled, survey, Watched } from './survey';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

describe('a new server', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  test('is owned through the one-time link, and then asks who comes', async () => {
    const watched = await Watched.open(browser);
    const { page } = watched;
    await makeOwner(page, server);
    await page.context().clearCookies();
    watched.allow(/401/);

    await page.goto(`${server.url}/runs`);
    await page.getByRole('heading', { name: 'Log in to Sluice' }).waitFor();
    await survey(page, 'log-in', true);

    await page.getByLabel('E-mail').fill('olive@example.com');
    await page.getByRole('textbox', { name: 'Password' }).fill('not the password');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();

    await logIn(page, server);
    expect(new URL(page.url()).pathname).toBe('/');
    watched.expectQuiet();
  });

  test('has no barriers on any page, with nothing in it', async () => {
    const watched = await Watched.open(browser);
    await logIn(watched.page, server);
    await surveyAll(watched, server, 'empty', pages(false));
  });
});

describe('a server with data', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startDemo();
  });
  afterAll(() => server.stop());

  test('has no barriers on any page that the router knows', async () => {
    const watched = await Watched.open(browser);
    await logIn(watched.page, server);
    await surveyAll(watched, server, 'full', [...pages(), ...views]);
  });

  test('can be walked with the keyboard alone', async () => {
    const watched = await Watched.open(browser);
    const { page } = watched;
    await logIn(page, server);
    await settled(page);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Skip to the page');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('page');
    watched.expectQuiet();
  });

  test('stays where it is when a page needs a scrollbar, and its header reaches that or the edge', async () => {
    const own = await openBrowser({ scrollbars: true });
    try {
      const { page } = await Watched.open(own);
      await logIn(page, server);
      const places = async (height: number) => {
        await page.setViewportSize({ width: 1280, height });
        await open(page, `${server.url}/runs`);
        return page.evaluate(() => ({
          room: document.documentElement.clientWidth,
          header: document.querySelector('header')?.getBoundingClientRect().right,
          last: document.querySelector('header button:last-of-type')?.getBoundingClientRect().right,
          main: document.querySelector('main')?.getBoundingClientRect().right,
        }));
      };
      const [short, long] = [await places(400), await places(3000)];
      expect(short.room, 'the scrollbar takes room').toBeLessThan(1280);
      expect(short.header).toBe(short.room);
      expect(long).toEqual({ room: 1280, header: 1280, last: short.last, main: short.main });
    } finally {
      await own.close();
    }
  });

  test('opens and closes its navigation on a phone', async () => {
    const watched = await Watched.open(browser);
    const { page } = watched;
    await page.setViewportSize({ width: 390, height: 844 });
    await logIn(page, server);
    await page.getByRole('button', { name: 'Navigation' }).click();
    await page.getByRole('link', { name: 'Runs' }).click();
    await page.getByRole('heading', { level: 1, name: 'Runs' }).waitFor();
    expect(await page.getByRole('button', { name: 'Navigation' }).getAttribute('aria-expanded')).toBe('false');
    watched.expectQuiet();
  });
});

async function surveyAll(watched: Watched, server: Server, name: string, addresses: string[]) {
  for (const path of addresses) {
    await open(watched.page, server.url + path);
    expect(await watched.page.getByRole('heading', { level: 1 }).count(), `one main heading at ${path}`).toBe(1);
    await survey(watched.page, `${name}${path.replaceAll(/[^\w.]+/g, '-')}`, name === 'full' || undefined);
  }
  watched.expectQuiet();
}
