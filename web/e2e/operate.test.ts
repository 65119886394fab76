import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { logIn, makeOwner, type Server, startServer } from './harness';
import { Folder } from './process';
import { openBrowser, survey, Watched } from './survey';

let browser: Browser;
let server: Server;
let folder: Folder;
let kept: string;

beforeAll(async () => {
  folder = await Folder.make();
  kept = join(folder.path, 'kept');
  [browser, server] = await Promise.all([openBrowser(), startServer(['--backup-dir', kept])]);
});
afterAll(() => Promise.all([browser.close(), server.stop(), folder.remove()]));

const check = async (path: string) => promisify(execFile)(process.env.SLUICE_BINARY ?? '../bin/sluice', ['backup', '--check', path]);

test('backs up, with and without the keys, and rotates the key', async () => {
  const watched = await Watched.open(browser);
  const { page } = watched;
  await makeOwner(page, server);
  await logIn(page, server);
  await page.getByRole('button', { name: 'Your account' }).click();
  await page.getByRole('menuitem', { name: 'Backup & keys' }).click();
  await page.getByRole('heading', { level: 1, name: 'Backup & keys' }).waitFor();

  const scheduled = page.getByRole('region', { name: 'Scheduled backups' });
  await scheduled.getByRole('button', { name: 'Back up now' }).click();
  await scheduled.getByRole('link', { name: /^sluice-\d{8}T\d{6}Z\.tar\.gz$/ }).first().waitFor();
  await survey(page, 'backup');

  const plain = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download backup' }).click();
  const file = join(folder.path, 'plain.tar.gz');
  await (await plain).saveAs(file);
  await check(file);

  await page.getByRole('button', { name: 'With the keys' }).click();
  const dialog = page.getByRole('dialog', { name: 'Put the keys into the backup' });
  await dialog.getByRole('textbox', { name: 'Passphrase' }).fill('short');
  await dialog.getByRole('button', { name: 'Download' }).click();
  await dialog.getByText('At least 12 characters').waitFor();
  await dialog.getByRole('textbox', { name: 'Passphrase' }).fill('a made-up passphrase');
  await dialog.getByRole('textbox', { name: 'The same again' }).fill('a made-up passphrase');
  const sealed = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Download' }).click();
  const withKeys = join(folder.path, 'with-keys.tar.gz');
  await (await sealed).saveAs(withKeys);
  expect((await check(withKeys)).stdout).toContain('under a passphrase');

  const before = await readFile(join(server.data, 'key.json'), 'utf8');
  await page.getByRole('button', { name: 'Rotate key' }).click();
  await page.getByRole('dialog', { name: 'Rotate the key?' }).getByRole('button', { name: 'Rotate' }).click();
  await page.getByText(/The new key seals/).first().waitFor();
  expect(await readFile(join(server.data, 'key.json'), 'utf8')).not.toBe(before);
  watched.expectQuiet();
});
