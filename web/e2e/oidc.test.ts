import { createServer } from 'node:net';
import { join } from 'node:path';

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { makeOwner, owner, type Server, startServer } from './harness';
import { Process } from './process';
import { open, openBrowser, settled, survey, Watched } from './survey';

let browser: Browser;
let port: number;
let server: Server;
let provider: Process;

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer().listen(0, 'localhost', () => {
      const at = probe.address();
      probe.close(() => done(typeof at === 'object' && at ? at.port : 0));
    });
  });
}

async function startProvider(): Promise<Process> {
  const started = new Process([join(import.meta.dirname, 'provider/provider.mjs'), String(port), server.url], process.execPath);
  await started.said(/the provider answers/);
  return started;
}

beforeAll(async () => {
  [browser, port] = await Promise.all([openBrowser(), freePort()]);
  process.env.SLUICE_OIDC_CLIENT_SECRET = 'made-up client secret';
  server = await startServer(['--oidc-issuer', `http://localhost:${port}`, '--oidc-client-id', 'sluice', '--oidc-name', 'Example ID', '--oidc-sign-up', 'claim',
    '--oidc-scope', 'groups', '--oidc-roles-claim', 'groups', '--oidc-role', 'integration ops=manage']);
  provider = await startProvider();
  const { page, context } = await Watched.open(browser);
  await makeOwner(page, server);
  await context.close();
});
afterAll(() => Promise.all([browser.close(), server.stop(), provider.stop()]));

/** Logs in at the provider's own pages, and allows what it asks. */
async function atProvider(page: Page, who: string) {
  await page.getByPlaceholder('Enter any login').fill(who);
  await page.getByPlaceholder('and password').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

async function signIn(page: Page, who: string) {
  await page.getByRole('button', { name: 'Continue with Example ID' }).click();
  await atProvider(page, who);
}

async function arrived(page: Page) {
  await page.getByRole('navigation', { name: 'Main' }).waitFor({ state: 'attached' });
  await settled(page);
}

async function sessionOf(page: Page): Promise<string> {
  return (await page.context().cookies(server.url)).find((c) => c.name === 'sluice_session')?.value ?? '';
}

/** A page of a browser that nobody has used, whose console the provider's own pages may write to. */
async function fresh(): Promise<Watched> {
  const watched = await Watched.open(browser);
  watched.allow(new RegExp(`localhost:${port}|fonts.googleapis`));
  return watched;
}

test('who is in a group with a role gets an account, comes to the page that was asked for, and is logged out at the provider too', async () => {
  const watched = await fresh();
  const { page } = watched;
  watched.allow(/401/); // nobody is logged in yet
  await page.goto(`${server.url}/connections`);
  await page.getByRole('heading', { name: 'Log in to Sluice' }).waitFor();
  await survey(page, 'log-in-provider');
  await signIn(page, 'paula');
  await page.getByRole('heading', { level: 1, name: 'Connections' }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/connections');
  const me = (await (await page.request.get(`${server.url}/api/v1/me`)).json()) as { role: string; name: string };
  expect(me).toMatchObject({ role: 'manage', name: 'paula@example.com' });
  await page.goto(`${server.url}/account`);
  await page.getByText('You can sign in at Example ID as paula@example.com.').waitFor();
  await survey(page, 'account-linked');
  // It is the only way in: it cannot be given up.
  watched.allow(/422/);
  await page.getByRole('button', { name: 'Unlink' }).click();
  await page.getByText('signing in at the provider is the only way into this account').waitFor();

  const before = await sessionOf(page);
  await page.getByRole('button', { name: 'Your account' }).click();
  await page.getByRole('menuitem', { name: 'Log out' }).click();
  await page.getByRole('button', { name: 'Yes, sign me out' }).click();
  await page.getByRole('heading', { name: 'Log in to Sluice' }).waitFor();
  const replayed = await page.request.get(`${server.url}/api/v1/me`, { headers: { Cookie: `sluice_session=${before}` } });
  expect(replayed.status()).toBe(401);
  await page.getByRole('button', { name: 'Continue with Example ID' }).click();
  await page.getByPlaceholder('Enter any login').waitFor(); // the provider has forgotten who it was
  watched.expectQuiet();
});

test('who has no account, no proven address or no role is told so in words', async () => {
  for (const [who, words] of [
    ['nemo', 'The provider does not vouch for your e-mail address'],
    ['rita', 'None of your groups at the provider has a role here'],
    ['olive', 'There is an account with your e-mail address, and it is not linked to this provider'],
  ] as const) {
    const { page, context } = await fresh();
    await page.goto(`${server.url}/login?to=/errors`);
    await signIn(page, who);
    await page.getByRole('alert').filter({ hasText: words }).waitFor();
    expect(new URL(page.url()).searchParams.get('to'), who).toBe('/errors');
    expect((await page.request.get(`${server.url}/api/v1/me`)).status()).toBe(401);
    if (who === 'olive') await survey(page, 'log-in-refused');
    await context.close();
  }
});

test('cancelling at the provider comes back', async () => {
  const { page } = await fresh();
  await page.goto(`${server.url}/login`);
  await page.getByRole('button', { name: 'Continue with Example ID' }).click();
  await page.getByRole('link', { name: 'Cancel' }).click();
  await page.getByText('The sign-in was cancelled at the provider').waitFor();
});

test('who is logged in links the account, then signs in, after the provider has changed its keys as well', async () => {
  const watched = await fresh();
  const { page } = watched;
  watched.allow(/401/);
  await page.goto(`${server.url}/login?to=/account`);
  await page.getByLabel('E-mail').fill(owner.email);
  await page.getByRole('textbox', { name: 'Password' }).fill(owner.password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('button', { name: 'Link with Example ID' }).click();
  await atProvider(page, 'olive');
  await page.getByText('You can sign in at Example ID as olive@example.com.').waitFor();
  watched.expectQuiet();

  await provider.stop();
  const down = await fresh();
  down.allow(/502/);
  await down.page.goto(`${server.url}/login`);
  await down.page.getByRole('button', { name: 'Continue with Example ID' }).click();
  // What it said before still counts, so the browser finds that nobody answers; a server that starts now says so itself.
  await down.page.waitForURL(/chrome-error|localhost/);
  const passwords = await fresh();
  await passwords.page.goto(`${server.url}/login`);
  await passwords.page.getByLabel('E-mail').fill(owner.email);
  await passwords.page.getByRole('textbox', { name: 'Password' }).fill(owner.password);
  await passwords.page.getByRole('button', { name: 'Log in' }).click();
  await arrived(passwords.page);

  provider = await startProvider(); // with other keys
  const again = await fresh();
  await again.page.goto(`${server.url}/login`);
  const stranger = await sessionOf(again.page);
  await signIn(again.page, 'olive');
  await arrived(again.page);
  expect(await sessionOf(again.page)).not.toBe(stranger);
  const me = (await (await again.page.request.get(`${server.url}/api/v1/me`)).json()) as { role: string };
  expect(me.role).toBe('owner');
});

test('a provider that is away is said on the page, and passwords still work', async () => {
  const away = await freePort();
  const other = await startServer(['--oidc-issuer', `http://localhost:${away}`, '--oidc-client-id', 'sluice', '--oidc-name', 'Example ID']);
  try {
    const watched = await fresh();
    const { page } = watched;
    watched.allow(/502|401/);
    await makeOwner(page, other);
    await page.context().clearCookies();
    await open(page, `${other.url}/login`);
    await page.getByRole('button', { name: 'Continue with Example ID' }).click();
    await page.getByRole('alert').filter({ hasText: 'The provider cannot be reached' }).waitFor();
    await survey(page, 'log-in-provider-away');
    await page.getByLabel('E-mail').fill(owner.email);
    await page.getByRole('textbox', { name: 'Password' }).fill(owner.password);
    await page.getByRole('button', { name: 'Log in' }).click();
    await arrived(page);
    watched.expectQuiet();
  } finally {
    await other.stop();
  }
});
