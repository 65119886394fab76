import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { logIn, owner, type Person, type Server, startDemo } from './harness';
import { openBrowser, settled, survey, Watched } from './survey';

let browser: Browser;
let server: Server;

beforeAll(async () => {
  [browser, server] = await Promise.all([openBrowser(), startDemo()]);
});
afterAll(() => Promise.all([browser.close(), server.stop()]));

const monitor: Person = { email: 'mona@example.com', name: 'Mona Monitor', password: 'made-up first password' };

test('one is added, and sees without changing', async () => {
  const watched = await Watched.open(browser);
  const { page } = watched;
  await logIn(page, server);
  await page.getByRole('link', { name: 'Users' }).click();
  await page.getByRole('button', { name: 'Add user' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add user' });
  await dialog.getByLabel('E-mail').fill(monitor.email);
  await dialog.getByLabel('Name').fill(monitor.name);
  await dialog.getByRole('textbox', { name: 'Password' }).fill(monitor.password);
  await dialog.getByText('Looks at everything and changes nothing.').waitFor();
  await survey(page, 'add-user');
  await dialog.getByRole('button', { name: 'Add user' }).click();
  await page.getByRole('cell', { name: /^Mona Monitor/ }).waitFor();
  watched.expectQuiet();

  const theirs = await Watched.open(browser);
  await logIn(theirs.page, server, monitor);
  await settled(theirs.page);
  expect(await theirs.page.getByRole('link', { name: 'Users' }).count()).toBe(0);
  expect(await theirs.page.getByRole('link', { name: 'Create flow' }).count()).toBe(0);
  await theirs.page.goto(`${server.url}/flows/orders-in`);
  await theirs.page.getByRole('button', { name: /^Export/ }).click();
  expect(await theirs.page.getByRole('combobox', { name: 'Connection' }).isEditable()).toBe(false);
  for (const name of ['Save', 'Run now', 'Create connection']) expect(await theirs.page.getByRole('button', { name }).count(), name).toBe(0);
  expect(await theirs.page.getByRole('button', { name: /^Add a step/ }).count()).toBe(0);
  await survey(theirs.page, 'flow-monitor');
  theirs.expectQuiet();
});

test('changes the own password', async () => {
  const watched = await Watched.open(browser);
  watched.allow(/4\d\d \(/);
  const { page } = watched;
  await logIn(page, server, monitor);
  await page.getByRole('button', { name: 'Your account' }).click();
  await page.getByRole('menuitem', { name: 'Your account' }).click();
  await page.getByRole('heading', { level: 1, name: 'Your account' }).waitFor();
  await survey(page, 'your-account');
  await page.getByRole('textbox', { name: 'Present password' }).fill('not the password');
  await page.getByRole('textbox', { name: 'New password' }).fill('made-up second password');
  await page.getByRole('button', { name: 'Change password' }).click();
  await page.getByRole('alert').first().waitFor();
  await page.getByRole('textbox', { name: 'Present password' }).fill(monitor.password);
  await page.getByRole('button', { name: 'Change password' }).click();
  await page.getByText('Your password is changed').waitFor();
  await page.context().clearCookies();
  await logIn(page, server, { ...monitor, password: 'made-up second password' });
  watched.expectQuiet();
});

test('gets another role, and leaves', async () => {
  const watched = await Watched.open(browser);
  const { page } = watched;
  await logIn(page, server);
  await page.goto(`${server.url}/users`);
  await page.getByRole('button', { name: `Actions for ${monitor.name}` }).click();
  await page.getByRole('menuitem', { name: 'Edit user' }).click();
  await page.getByRole('dialog').getByRole('combobox', { name: 'Role' }).click();
  await page.getByRole('option', { name: /^Manage/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.getByRole('row', { name: /Mona Monitor.*Manage/ }).waitFor();
  await page.getByRole('button', { name: `Actions for ${owner.name}` }).click();
  const own = page.getByRole('menuitem', { name: 'Remove user' });
  expect(await own.isDisabled(), 'nobody removes themselves').toBe(true);
  await page.keyboard.press('Escape');
  await own.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: `Actions for ${monitor.name}` }).click();
  await page.getByRole('menuitem', { name: 'Remove user' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('cell', { name: /^Mona Monitor/ }).waitFor({ state: 'detached' });

  await page.goto(`${server.url}/audit?noun=user`);
  await page.getByRole('cell', { name: 'user.delete' }).first().waitFor();
  expect(await page.getByRole('cell', { name: /^run\./ }).count()).toBe(0);
  watched.expectQuiet();
});

test('an API token is shown once', async () => {
  const watched = await Watched.open(browser);
  const { page } = watched;
  await logIn(page, server);
  await page.goto(`${server.url}/tokens`);
  await page.getByRole('button', { name: 'Create API token' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('laptop');
  await dialog.getByRole('button', { name: 'Create' }).click();
  const text = await page.locator('code[aria-label=Token], pre[aria-label=Token]').innerText();
  expect(text).toMatch(/^sluice_/);
  await survey(page, 'token');
  const answer = await page.request.get(`${server.url}/api/v1/me`, { headers: { Authorization: `Bearer ${text}` } });
  expect(answer.status()).toBe(200);
  await dialog.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('cell', { name: 'laptop', exact: true }).waitFor();
  await page.reload();
  await page.getByRole('cell', { name: 'laptop', exact: true }).waitFor();
  expect(await page.content()).not.toContain(text);
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
  expect(kept).not.toContain(text);

  await page.getByRole('button', { name: 'Delete the token laptop' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('No API tokens yet').waitFor();
  watched.expectQuiet();
});
