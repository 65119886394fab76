import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { call, logIn, makeOwner, owner, type Server, startServer } from './harness';
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

interface Kept {
  revision: number;
  items: { name: string; value: number }[];
}

test('keeps what the settings say, and undoes nobody\u2019s change unseen', async () => {
  const watched = await Watched.open(browser);
  watched.allow(/422|409/);
  const { page } = watched;
  await logIn(page, server);
  const stored = async (name: string) => (await call<Kept>(page, server, 'GET', '/api/v1/settings')).items.find((s) => s.name === name)?.value;
  await page.getByRole('button', { name: 'Your account' }).click();
  await page.getByRole('menuitem', { name: 'Settings' }).click();
  const form = page.getByRole('region', { name: 'What is kept' });
  const runs = form.getByRole('textbox', { name: 'Runs that have ended' });
  await expect.poll(() => runs.inputValue()).toBe('180 days');
  await survey(page, 'settings');

  await runs.fill('90');
  await form.getByRole('status').filter({ hasText: 'With this nothing goes now' }).waitFor();
  await form.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The settings are saved').waitFor();
  expect(await stored('runs.days')).toBe(90);

  const audit = form.getByRole('group', { name: 'Audit log' });
  await audit.getByRole('checkbox', { name: 'For ever' }).uncheck();
  await audit.getByRole('textbox').fill('5');
  await form.getByRole('button', { name: 'Save' }).click();
  await audit.getByText('5 is not from 90 to 3650 days').waitFor();
  await survey(page, 'settings-refused');
  await form.getByRole('button', { name: 'Discard' }).click();
  expect(await stored('audit.days')).toBe(0);

  await form.getByRole('textbox', { name: 'Debug logs of connections' }).fill('60');
  const now = await call<Kept>(page, server, 'GET', '/api/v1/settings');
  await call(page, server, 'PUT', '/api/v1/settings', { revision: now.revision, values: { 'slots.days': 7 } });
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByRole('alert').filter({ hasText: 'Somebody else has changed the settings' }).waitFor();
  expect(await stored('debug.days')).toBe(30);
  await survey(page, 'settings-overtaken');
  await page.getByRole('button', { name: 'Show theirs, keep mine' }).click();
  await expect.poll(() => form.getByRole('textbox', { name: 'Use of request slots' }).inputValue()).toBe('7 days');
  await form.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The settings are saved').last().waitFor();
  await expect.poll(() => stored('debug.days')).toBe(60);
  expect(await stored('slots.days')).toBe(7);

  const facts = page.getByRole('region', { name: 'This server' });
  await facts.getByRole('row', { name: /Scheduled backups.*--backup-dir/ }).waitFor();
  await facts.getByRole('row', { name: `Data folder ${server.data}` }).waitFor();
  watched.expectQuiet();
});

test('tells whose software is in it', async () => {
  const watched = await Watched.open(browser);
  const { page } = watched;
  await logIn(page, server);
  await page.goto(`${server.url}/about`);
  const licences = page.getByRole('region', { name: 'Licences' });
  await licences.getByRole('button', { name: /^Show all \d{3}$/ }).click();
  expect(await licences.getByRole('row').count()).toBeGreaterThan(150);
  await licences.getByRole('textbox', { name: 'Search licences' }).fill('react-dom');
  await licences.getByRole('row', { name: /^react-dom .*MIT Pages/ }).waitFor();
  await licences.getByRole('textbox', { name: 'Search licences' }).fill('pgx');
  await licences.getByRole('button', { name: 'github.com/jackc/pgx/v5' }).click();
  const text = page.getByRole('dialog').getByRole('region', { name: 'Text of the licence' });
  await text.getByText('Permission is hereby granted, free of charge').waitFor();
  await survey(page, 'licence');
  watched.expectQuiet();
});

const flow = `name: prices
export:
  connection: files
  csv:
    path: prices.csv
steps:
  - name: out
    import:
      connection: files
      jsonl:
        path: out.jsonl
`;

test('restores a backup on the page, and ends the doubt that it leaves', async () => {
  const watched = await Watched.open(browser);
  const { page } = watched;
  await logIn(page, server);
  await call(page, server, 'POST', '/api/v1/connections', { name: 'files', kind: 'files', settings: { dir: folder.path } });
  await call(page, server, 'PUT', '/api/v1/flows/prices', { text: flow });
  await page.goto(`${server.url}/backup`);
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download backup' }).click();
  const file = join(folder.path, 'before.tar.gz');
  await (await download).saveAs(file);
  await call(page, server, 'DELETE', '/api/v1/flows/prices');

  watched.allow(/status of 422/); // the damaged one
  const card = page.getByRole('region', { name: 'Restore a backup' });
  const damaged = join(folder.path, 'damaged.tar.gz');
  await writeFile(damaged, (await readFile(file)).subarray(0, 2000));
  await card.getByLabel('Backup to restore').setInputFiles(damaged);
  await card.getByText(/cut off/).waitFor();
  await card.getByLabel('Backup to restore').setInputFiles(file);
  const dialog = page.getByRole('dialog', { name: /^Restore the backup of/ });
  await dialog.getByText('You can log in as you do now').waitFor();
  const yes = dialog.getByRole('button', { name: 'Restore' });
  await dialog.getByRole('textbox', { name: /^Type / }).fill('another.example.com');
  expect(await yes.isDisabled()).toBe(true);
  await survey(page, 'restore');
  await dialog.getByRole('textbox', { name: /^Type / }).fill(`localhost:${new URL(server.url).port}`);
  // While it is away the browser notes that nobody answers, and then that nobody is logged in.
  watched.allow(/ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_SOCKET|status of 401/);
  await yes.click();
  await page.getByRole('button', { name: 'Log in' }).waitFor();

  await page.getByLabel('E-mail').fill(owner.email);
  await page.getByRole('textbox', { name: 'Password' }).fill(owner.password);
  await page.getByRole('button', { name: 'Log in' }).click();
  const doubt = page.getByRole('alert').filter({ hasText: 'Restored from a backup of' });
  await doubt.getByRole('link', { name: 'prices' }).waitFor();
  await survey(page, 'restored');
  await doubt.getByRole('button', { name: 'End the doubt in prices' }).click();
  await page.getByRole('dialog', { name: 'End the doubt in prices?' }).getByRole('button', { name: 'End the doubt' }).click();
  await doubt.waitFor({ state: 'detached' });
  const events = await call<{ items: { action: string; actor: string; detail: string }[] }>(page, server, 'GET', '/api/v1/audit?action=server.restore');
  expect(events.items.map((e) => e.actor)).toEqual([owner.email]);
  expect(events.items[0]?.detail).toContain('before.tar.gz');
  watched.expectQuiet();
});
