import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type Account, call, connect, logIn, makeOwner, type Server, startAccount, startServer } from './harness';
import { open, openBrowser, settled, survey, Watched } from './survey';

const great = 'Your connection is working great! Nice Job.';

let browser: Browser;
let server: Server;
let account: Account;
let watched: Watched;
let page: Page;

beforeAll(async () => {
  [browser, server, account] = await Promise.all([openBrowser(), startServer(), startAccount()]);
  watched = await Watched.open(browser);
  page = watched.page;
  await makeOwner(page, server);
  await logIn(page, server);
});
afterAll(async () => {
  await Promise.all([browser.close(), server.stop(), account.stop()]);
});

const go = (path: string) => open(page, server.url + path);
const field = (name: string) => page.locator(`#field-${name}`);
const button = (name: string) => page.getByRole('button', { name, exact: true });
const row = (name: string) => page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });
const pane = (name: string) => page.getByRole('dialog', { name });

async function choose(name: string, option: RegExp) {
  await field(name).click();
  await page.getByRole('option', { name: option }).click();
}

/** Stores a flow that reads from a connection. */
async function flow(name: string, connection: string) {
  await call(page, server, 'PUT', `/api/v1/flows/${name}`, {
    text: `name: ${name}\nexport:\n  connection: ${connection}\n  suiteql:\n    query: SELECT id, entityid FROM customer\n    key: [id]\nsteps:\n  - import:\n      connection: out\n      jsonl:\n        path: ${name}.jsonl\n`,
  });
}

describe('creating a connection', () => {
  test('Resources, Connections, + Create connection: the pane with the application first', async () => {
    await page.goto(server.url);
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Connections' }).click();
    await page.getByRole('heading', { name: 'No connections yet' }).waitFor();
    await button('Create connection').first().click();
    await pane('Create connection').waitFor();
    await page.getByRole('textbox', { name: 'Application' }).fill('netsu');
    await survey(page, 'connection-applications');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('field-name');
    await settled(page);
    await survey(page, 'connection-new');
  });

  test('says all that is wrong at its field, and the focus is at the first', async () => {
    watched.allow(/422/);
    await field('name').fill('Not a name');
    await field('account').fill('1234567-sb1');
    expect(await page.getByText('Logins use').textContent()).toContain('1234567_SB1');
    await button('Save').click();
    await page.getByRole('alert').filter({ hasText: 'are to be mended' }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('field-name');
    expect(await field('token_id').getAttribute('aria-invalid')).toBe('true');
    await page.getByRole('button', { name: 'Token ID is missing' }).click();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('field-token_id');
    await survey(page, 'connection-problems');
  });

  test('tells the environment, and a contradiction', async () => {
    await choose('environment', /Production/);
    await page.getByText('but this is the ID of a sandbox').waitFor();
    await choose('environment', /Sandbox/);
    await page.getByRole('button', { name: 'Where do I find it?' }).click();
    expect(await page.getByRole('listitem').filter({ hasText: 'SOAP Web Services Preferences' }).count()).toBeGreaterThan(0);
    await page.keyboard.press('Escape');
  });

  test('asks before what was entered is lost', async () => {
    await pane('Create connection').getByRole('button', { name: 'Close', exact: true }).first().click();
    await page.getByRole('dialog', { name: 'Leave without saving?' }).waitFor();
    await button('Stay').click();
    await page.goBack();
    await button('Stay').click();
    expect(await field('name').inputValue()).toBe('Not a name');
  });

  test('saves, forgets the secrets, tests with evidence, and is Online in the list', async () => {
    await field('name').fill('erp');
    const { consumer_key, consumer_secret, token_id, token_secret } = account;
    for (const [name, value] of Object.entries({ consumer_key, consumer_secret, token_id, token_secret })) await field(name).fill(value);
    await button('Advanced').click();
    await field('base_url').fill(account.url);
    await button('Save').click();
    await page.getByText('secret:').first().waitFor();
    const kept = await page.evaluate(() => document.documentElement.outerHTML + JSON.stringify({ ...localStorage }) + window.location.href);
    for (const secret of [consumer_key, consumer_secret, token_id, token_secret]) expect(kept).not.toContain(secret);

    await button('Test connection').click();
    await page.getByText(great).waitFor();
    await page.getByRole('rowheader', { name: /Account/i }).first().waitFor();
    await survey(page, 'connection-tested');
    await button('Save & close').click();
    await row('erp').getByText('Online').waitFor();
    expect(await row('erp').textContent()).toContain('1234567_SB1');
    watched.expectQuiet();
  });

  test('other applications follow the same form', async () => {
    await go('/connections/new?application=files');
    await field('name').fill('out');
    await field('dir').fill(server.data);
    await button('Save & close').click();
    await row('out').waitFor();
    watched.expectQuiet();
  });
});

describe('the guide beside the form', () => {
  test('a field leads to its step, the step back to the field, and ticks survive a reload', async () => {
    await go('/connections/erp');
    await field('account').focus();
    const step = page.locator('[aria-current="step"]');
    await expect.poll(() => step.textContent()).toContain('Find the account ID');
    await field('timezone').focus();
    await expect.poll(() => step.textContent()).toContain('time zone');
    await page.getByRole('button', { name: /Find the account ID/ }).click();
    await page.getByRole('button', { name: 'To the field Account ID' }).click();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('field-account');

    await page.getByRole('checkbox', { name: 'Done: Find the account ID' }).check();
    await page.reload();
    await settled(page);
    expect(await page.getByRole('checkbox', { name: 'Done: Find the account ID' }).isChecked()).toBe(true);
    await page.getByText('1 of').first().waitFor();
    watched.expectQuiet();
  });

  test('has a page of its own: application, bundle and the computed role', async () => {
    await flow('customers-out', 'erp');
    await go('/guide?flow=customers-out&type=token');
    await page.getByRole('cell', { name: 'Customers' }).first().waitFor();
    await survey(page, 'guide');
    const saved = page.waitForEvent('download');
    await button('Download SDF XML').click();
    expect((await saved).suggestedFilename()).toMatch(/^customrole_.*\.xml$/);

    await page.getByRole('combobox', { name: 'Application' }).click();
    expect(await page.getByRole('option').count()).toBe(15);
    await page.getByRole('option', { name: 'Shopify' }).click();
    await page.waitForURL(/application=shopify/);
    await page.getByRole('switch', { name: /The Celigo bundle/ }).click({ force: true });
    await page.getByText('Celigo eTail SmartConnectors').first().waitFor();
    expect(page.url()).toContain('application=shopify');
    watched.expectQuiet();
  });
});

describe('the column Actions', () => {
  const act = async (name: string, item: string) => {
    await page.getByRole('button', { name: `Actions of ${name}` }).click();
    await page.getByRole('menuitem', { name: item }).click();
  };

  test('three dots, Edit connection; and the pencil', async () => {
    await go('/connections');
    await act('erp', 'Edit connection');
    await pane('Edit connection').waitFor();
    await settled(page);
    await page.keyboard.press('Escape');
    await pane('Edit connection').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Edit erp' }).click();
    await pane('Edit connection').waitFor();
    await page.goBack();
    await pane('Edit connection').waitFor({ state: 'detached' });
  });

  test('Test connection', async () => {
    await act('erp', 'Test connection');
    await page.getByText(great).waitFor();
    await button('Close').last().click();
  });

  test('a WSDL version that flows would notice is warned of', async () => {
    await go('/connections/erp');
    await choose('wsdl_version', /2023\.1/);
    await page.getByText('Flows use this connection').waitFor();
    await page.getByRole('link', { name: 'customers-out' }).waitFor();
    await choose('wsdl_version', /^2025\.2/);
  });

  test('Replace everywhere puts another connection in its place', async () => {
    await connect(page, server, account, 'spare');
    await go('/connections');
    await act('erp', 'Replace everywhere');
    await page.getByRole('combobox', { name: 'With' }).click();
    await page.getByRole('option', { name: 'spare' }).click();
    await button('Replace').click();
    await expect.poll(() => row('spare').textContent()).toContain('1 flow');
    await row('spare').getByRole('link', { name: '1 flow' }).click();
    await page.getByRole('link', { name: 'customers-out' }).waitFor();
    watched.expectQuiet();
  });

  test('Delete refuses one that flows use, and the other can be restored', async () => {
    watched.allow(/409/);
    await go('/connections');
    await act('spare', 'Delete');
    await button('Delete').click();
    await page.getByRole('alert').filter({ hasText: 'customers-out' }).waitFor();
    await button('Cancel').click();

    await act('erp', 'Delete');
    await button('Delete').click();
    await row('erp').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: /Deleted, can be restored/ }).click();
    await survey(page, 'connections-deleted');
    await page.getByRole('button', { name: 'Restore erp' }).click();
    await row('erp').waitFor();
    watched.expectQuiet();
  });

  test('the audit log tells who did it', async () => {
    await act('erp', 'Audit log');
    await page.getByRole('cell', { name: 'olive@example.com' }).first().waitFor();
    watched.expectQuiet();
  });
});

describe('a role that may only look', () => {
  test('sees connections and changes none', async () => {
    const person = { email: 'mona@example.com', name: 'Mona Monitor', password: 'made-up monitor password' };
    await call(page, server, 'POST', '/api/v1/users', { ...person, role: 'monitor' });
    const other = await Watched.open(browser);
    await logIn(other.page, server, person);
    await open(other.page, `${server.url}/connections`);
    expect(await other.page.getByRole('button', { name: 'Create connection' }).count()).toBe(0);
    await open(other.page, `${server.url}/connections/erp`);
    expect(await other.page.locator('#field-name').isDisabled()).toBe(true);
    expect(await other.page.getByRole('button', { name: 'Save' }).count()).toBe(0);
    other.expectQuiet();
    await other.context.close();
  });
});
