import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Browser, Page, Response } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { call, logIn, owner, type Person, type Server, startDemo } from './harness';
import { open, openBrowser, settled, survey, Watched } from './survey';

let browser: Browser;
let server: Server;
let files: string;

beforeAll(async () => {
  files = await mkdtemp(join(tmpdir(), 'sluice-e2e-people-'));
  await writeFile(join(files, 'in.csv'), 'id\n1\n2\n');
  [browser, server] = await Promise.all([openBrowser(), startDemo()]);
});
afterAll(() => Promise.all([browser.close(), server.stop(), rm(files, { recursive: true })]));

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
  await dialog.getByRole('combobox', { name: 'Role' }).click();
  await page.getByRole('option', { name: /^Monitor/ }).click();
  await dialog.getByText('First password').click();
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
  await theirs.page.getByRole('heading', { level: 1, name: 'orders-in' }).waitFor();
  await settled(theirs.page);
  for (const name of ['Save', 'Run now', 'Create connection']) expect(await theirs.page.getByRole('button', { name }).count(), name).toBe(0);
  expect(await theirs.page.getByRole('button', { name: /^Add a step/ }).count()).toBe(0);
  await survey(theirs.page, 'flow-monitor');
  // Nor do they find a form there that would save nothing.
  theirs.allow(/403/);
  await theirs.page.goto(`${server.url}/settings`);
  await theirs.page.getByRole('alert').filter({ hasText: 'The settings cannot be shown' }).waitFor();
  expect(await theirs.page.getByRole('button', { name: 'Save' }).count()).toBe(0);
  await survey(theirs.page, 'settings-forbidden');
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

/** The same for links of one kind to one place: with other names or numbers behind the question mark. */
const kindOf = (address: string) => {
  const { pathname, searchParams } = new URL(address, server.url);
  return `${pathname}?${[...searchParams.keys()].toSorted().join('&')}${searchParams.get('tab') ?? ''}`;
};

/** Follows links of every kind from the home page, and fails where one leads to what the person may not see. Returns the pages. */
async function walk(page: Page): Promise<string[]> {
  const refused: string[] = [];
  const note = (r: Response) => r.status() >= 400 && refused.push(`${r.status()} ${new URL(r.url()).pathname} on ${page.url()}`);
  page.on('response', note);
  const found = new Set(['/', '/account', '/about', '/integrations/warehouse?tab=connections', '/integrations/warehouse?tab=people', '/integrations/warehouse?tab=settings']);
  const pages = new Set<string>();
  const kinds = new Set<string>();
  for (const address of found) {
    if (kinds.has(kindOf(address))) continue;
    kinds.add(kindOf(address));
    await page.goto(server.url + address);
    await settled(page);
    const { pathname } = new URL(page.url());
    pages.add(pathname);
    const links = await page.getByRole('link').evaluateAll((all) => all.map((a) => new URL((a as HTMLAnchorElement).href)).flatMap((u) => (u.origin === location.origin && !/^\/(api\/|docs$|openapi)/.test(u.pathname) ? [u.pathname + u.search] : [])));
    for (const l of links) found.add(l);
    expect(await page.getByRole('heading', { name: /cannot be shown|not found|no such page/i }).count(), address).toBe(0);
    expect(kinds.size).toBeLessThan(60);
  }
  page.off('response', note);
  expect(refused).toEqual([]);
  return [...pages];
}

const shop: Person = { email: 'sam@example.com', name: 'Sam Shop', password: 'made-up shop password' };

test('a person with a role in one integration, beside one who may do everything', async () => {
  const watched = await Watched.open(browser);
  const { page } = watched;
  await logIn(page, server);
  await call(page, server, 'POST', '/api/v1/integrations', { name: 'warehouse', title: 'Warehouse' });
  await call(page, server, 'POST', '/api/v1/connections', { name: 'stock', kind: 'files', settings: { dir: files }, integration: 'warehouse' });
  const text = 'name: levels\nintegration: warehouse\nexport:\n  connection: stock\n  csv: {path: in.csv}\nsteps:\n  - map: root = if this.id == "2" { throw("no such item") }\n  - import:\n      connection: stock\n      csv: {path: out.csv, columns: [id]}\n';
  await call(page, server, 'PUT', '/api/v1/flows/levels', { text });
  await call(page, server, 'POST', '/api/v1/flows/levels/run');

  // Invited by a one-time link.
  await open(page, `${server.url}/users`);
  await page.getByRole('button', { name: 'Add user' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add user' });
  await dialog.getByLabel('E-mail').fill(shop.email);
  await dialog.getByLabel('Name').fill(shop.name);
  await dialog.getByRole('combobox', { name: 'Add an integration' }).click();
  await page.getByRole('option', { name: 'Warehouse' }).click();
  await dialog.getByRole('combobox', { name: 'Role in Warehouse' }).click();
  await page.getByRole('option', { name: 'Manage' }).click();
  await survey(page, 'add-member');
  await dialog.getByRole('button', { name: 'Add user' }).click();
  const link = await page.locator('[aria-label=Link]').innerText();
  await survey(page, 'invitation');
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('row', { name: /Sam Shop.*warehouse: Manage.*Invited/ }).waitFor();

  const theirs = await Watched.open(browser);
  await theirs.page.goto(link);
  await theirs.page.getByText(shop.email).waitFor();
  await survey(theirs.page, 'set-password');
  await theirs.page.getByLabel('Password').fill(shop.password);
  await theirs.page.getByRole('button', { name: 'Set the password' }).click();
  await theirs.page.getByRole('heading', { name: 'Your password is set' }).waitFor();
  await theirs.page.getByRole('link', { name: 'Open Sluice' }).click();
  await settled(theirs.page);

  // Of theirs they see everything, of the rest nothing, and buttons only where they may.
  await theirs.page.getByText('Warehouse').first().waitFor();
  expect(await theirs.page.getByText('orders-in').count()).toBe(0);
  for (const name of ['Users', 'Channels', 'Audit log']) expect(await theirs.page.getByRole('link', { name }).count(), name).toBe(0);
  await survey(theirs.page, 'home-member');
  await open(theirs.page, `${server.url}/integrations/warehouse`);
  await theirs.page.getByRole('link', { name: 'Create flow' }).first().waitFor();
  await theirs.page.getByRole('tab', { name: 'People' }).click();
  await theirs.page.getByRole('row', { name: /Sam Shop \(you\)/ }).waitFor();
  expect(await theirs.page.getByRole('button', { name: 'Add a person' }).count()).toBe(0);
  await survey(theirs.page, 'people-tab-member');

  // What has no button is refused when it is asked for directly, as if it were not there.
  const status = async (method: string, path: string, data?: unknown) =>
    (await theirs.page.request.fetch(server.url + path, { method, data, headers: { Origin: server.url } })).status();
  expect(await status('GET', '/api/v1/flows/orders-in')).toBe(404);
  expect(await status('POST', '/api/v1/flows/orders-in/run')).toBe(404);
  expect(await status('GET', '/api/v1/runs/1')).toBe(404);
  expect(await status('POST', '/api/v1/errors/retry', { ids: [1] })).toBe(404);
  expect(await status('GET', '/api/v1/users')).toBe(403);
  expect(await status('PUT', '/api/v1/flows/levels', { text: text.replace('connection: stock\n  csv', 'connection: netsuite\n  suiteql: {query: "SELECT id FROM customer"}\n  #') })).toBeGreaterThanOrEqual(400);
  expect(await status('PUT', '/api/v1/flows/levels', { text: text.replace('integration: warehouse', 'integration: shop') })).toBe(403);
  expect(await status('GET', '/api/v1/flows/levels')).toBe(200);

  // Less of a role is less at once.
  await open(page, `${server.url}/integrations/warehouse?tab=people`);
  await survey(page, 'people-tab');
  await page.getByRole('combobox', { name: `Role of ${shop.name}` }).click();
  await page.getByRole('option', { name: 'Monitor' }).click();
  await page.getByRole('row', { name: /Sam Shop.*This integration/ }).waitFor();
  await settled(page);
  await open(theirs.page, `${server.url}/integrations/warehouse`);
  await theirs.page.getByRole('link', { name: 'levels' }).first().waitFor();
  expect(await theirs.page.getByRole('link', { name: 'Create flow' }).count()).toBe(0);
  expect(await status('POST', '/api/v1/flows/levels/run')).toBe(403);
  const seen = await walk(theirs.page);
  for (const place of ['/', '/integrations/warehouse', '/flows/levels', '/connections/stock', '/runs', '/errors', '/trace']) expect(seen, place).toContain(place);
  expect(seen.filter((p) => p.startsWith('/runs/')).length).toBe(1);
  expect(seen.filter((p) => /^\/(concurrency|channels|users|audit|backup|debug)/.test(p))).toEqual([]);
  watched.expectQuiet();
  theirs.expectQuiet();
});

test('ending a session ends the other browser', async () => {
  const [one, two] = [await Watched.open(browser), await Watched.open(browser)];
  two.allow(/401 \(/);
  await logIn(one.page, server);
  await two.page.goto(`${server.url}/login`);
  await two.page.getByLabel('E-mail').fill(owner.email);
  await two.page.getByRole('textbox', { name: 'Password' }).fill(owner.password);
  await two.page.getByRole('button', { name: 'Log in' }).click();
  await two.page.getByRole('navigation', { name: 'Main' }).waitFor({ state: 'attached' });

  await open(one.page, `${server.url}/account`);
  const sessions = one.page.getByRole('list', { name: 'Sessions' }).getByRole('listitem');
  await sessions.filter({ hasText: 'This browser' }).waitFor();
  expect(await sessions.count()).toBe(2);
  await survey(one.page, 'sessions');
  await sessions.filter({ hasNotText: 'This browser' }).getByRole('button', { name: /^End the session/ }).click();
  await sessions.filter({ hasNotText: 'This browser' }).waitFor({ state: 'detached' });

  await two.page.goto(`${server.url}/runs`);
  await two.page.getByRole('button', { name: 'Log in' }).waitFor();
  await open(one.page, `${server.url}/account`);
  one.expectQuiet();
  two.expectQuiet();
});

test('the audit log is searched, and taken away', async () => {
  const watched = await Watched.open(browser);
  const { page } = watched;
  await logIn(page, server);
  await open(page, `${server.url}/audit`);
  await page.getByRole('textbox', { name: 'Search' }).fill(shop.email);
  await page.waitForURL(/text=sam/);
  await page.getByRole('cell', { name: /^run / }).first().waitFor({ state: 'detached' });
  await page.getByRole('cell', { name: /user sam@example.com/ }).first().waitFor();
  await settled(page);
  expect(await page.getByRole('cell', { name: /^run / }).count()).toBe(0);
  expect(page.url()).toContain('text=sam');
  await survey(page, 'audit');
  await page.getByRole('button', { name: 'Export' }).click();
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: /^CSV/ }).click()]);
  const rows = await (await import('node:fs/promises')).readFile(await file.path(), 'utf8');
  expect(file.suggestedFilename()).toBe('sluice-audit.csv');
  expect(rows.split('\n')[0]).toBe('id,at,actor,action,noun,noun_id,detail');
  expect(rows).toContain('user.create,user,sam@example.com');
  expect(rows).not.toContain('run.start');
  await page.goto(`${server.url}/audit?noun=audit`);
  await page.getByRole('cell', { name: /csv, text sam@example.com/ }).first().waitFor();
  watched.expectQuiet();
});
