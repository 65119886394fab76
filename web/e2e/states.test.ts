import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { promisify } from 'node:util';

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { barriers, openBrowser, survey, Watched } from './survey';

const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const built = join(import.meta.dirname, 'states');

let browser: Browser;
let server: Server;
let url: string;

beforeAll(async () => {
  browser = await openBrowser();
  await promisify(execFile)('npm', ['run', '--silent', 'states'], { cwd: join(import.meta.dirname, '..') });
  server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    response.setHeader('Content-Type', types[extname(path)] ?? 'application/octet-stream');
    createReadStream(join(built, path))
      .on('error', () => response.writeHead(404).end())
      .pipe(response);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/states.html`;
});
afterAll(() => Promise.all([browser.close(), server.close()]));

test('every component has no barriers in any state', async () => {
  const watched = await Watched.open(browser);
  const { page } = watched;
  await page.goto(url);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.locator('.cm-content').first().waitFor();
  await page.locator('.recharts-surface').first().waitFor();
  expect(await page.locator('tbody tr[data-index]').count(), 'of ten thousand rows those are drawn that can be seen').toBeLessThan(150);
  await survey(page, 'states', true);
  for (const dialog of ['Ask', 'Ask, refused', 'KeyHelp']) {
    await page.getByRole('button', { name: dialog, exact: true }).click();
    await page.getByRole('dialog').waitFor();
    expect(await barriers(page), dialog).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }
  watched.expectQuiet();
});
