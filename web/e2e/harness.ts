import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Browser, Cookie, Page } from 'playwright-core';

import { Folder, Process, sluice } from './process';

/** Somebody who logs in. Made up, like all credentials here. */
export interface Person {
  email: string;
  name: string;
  password: string;
}

export const owner: Person = { email: 'olive@example.com', name: 'Olive Owner', password: 'made-up owner password' };

/** A running server with a data folder of its own. */
export interface Server {
  url: string;
  /** The one-time link that makes the owner; empty where somebody owns it already. */
  setup: string;
  data: string;
  stop: () => Promise<void>;
}

/** An emulated NetSuite account, as `sluice emulate --json` describes it. */
export interface Account {
  url: string;
  account: string;
  consumer_key: string;
  consumer_secret: string;
  token_id: string;
  token_secret: string;
  /** Who may log in to the account's pages. */
  admin_email: string;
  admin_password: string;
  stop: () => Promise<void>;
}

/** Starts a server that nobody owns yet. */
export async function startServer(args: string[] = []): Promise<Server> {
  const folder = await Folder.make();
  const process = new Process(['serve', '--data', folder.path, '--listen', '127.0.0.1:0', ...args]);
  const url = await process.said(/Sluice is at (http:\S+)/);
  const setup = await process.said(/(http:\S+\/setup\?token=\S+)/);
  return { url: url[1] ?? '', setup: setup[1] ?? '', data: folder.path, stop: async () => void (await process.stop(), await folder.remove()) };
}

/** A server that has its owner, and a connection `files` to a folder of its own. */
export interface FileServer extends Server {
  files: string;
}

/** Starts a server with a folder of files, and stores flows in it by their names. */
export async function startFileServer(browser: Browser, files: Record<string, string>, flows: Record<string, string> = {}): Promise<FileServer> {
  const [server, folder] = await Promise.all([startServer(), Folder.make()]);
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder.path, name), text);
  const context = await browser.newContext();
  const page = await context.newPage();
  await makeOwner(page, server);
  await call(page, server, 'POST', '/api/v1/connections', { name: 'files', kind: 'files', settings: { dir: folder.path } });
  for (const [name, text] of Object.entries(flows)) await call(page, server, 'PUT', `/api/v1/flows/${name}`, { text });
  await context.close();
  return { ...server, files: folder.path, stop: async () => void (await server.stop(), await folder.remove()) };
}

/** Starts the demo: an emulated account, connections, and the flows of a shop that have run once. Its owner is `owner`. */
export async function startDemo(): Promise<Server> {
  const folder = await Folder.make();
  const process = new Process(['demo', '--data', folder.path]);
  const url = await process.said(/A Sluice server\s+(http:\S+)/);
  await process.said(/Ctrl-C/);
  await addUser(folder.path, owner, 'owner');
  return { url: url[1] ?? '', setup: '', data: folder.path, stop: async () => void (await process.stop(), await folder.remove()) };
}

/** Adds a user on the server's own machine. */
export async function addUser(data: string, person: Person, role: string): Promise<void> {
  await sluice(['user', 'create', person.email, '--name', person.name, '--role', role, '--password', 'env:E2E_PASSWORD', '--data', data], { E2E_PASSWORD: person.password });
}

/** Starts an emulated account; `--bare` makes one where nothing is set up. */
export async function startAccount(args: string[] = []): Promise<Account> {
  const process = new Process(['emulate', '--json', '--listen', '127.0.0.1:0', ...args]);
  const line = await process.said(/^\{.*\}$/m);
  const account = JSON.parse(line[0]) as Account & { base_url: string };
  return { ...account, url: account.base_url, stop: () => process.stop() };
}

/** Makes the owner through the one-time link, as the server's output asks. */
export async function makeOwner(page: Page, server: Server, person = owner): Promise<void> {
  await page.goto(server.setup);
  await page.getByLabel('E-mail address').fill(person.email);
  await page.getByLabel('Name', { exact: true }).fill(person.name);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Make the owner' }).click();
  await page.getByRole('heading', { name: 'You are the owner' }).waitFor();
}

/** Sessions by server and person. A password is checked slowly, on purpose: people log in once, not in each test. */
const sessions = new Map<string, Cookie[]>();

/** Logs in through the page the first time, and goes on with that session after. */
export async function logIn(page: Page, server: Server, person = owner): Promise<void> {
  const who = `${server.url} ${person.email} ${person.password}`;
  const session = sessions.get(who);
  if (session) {
    await page.context().addCookies(session);
    await page.goto(server.url);
  } else {
    await page.goto(`${server.url}/login`);
    await page.getByLabel('E-mail').fill(person.email);
    await page.getByRole('textbox', { name: 'Password' }).fill(person.password);
    await page.getByRole('button', { name: 'Log in' }).click();
  }
  await page.getByRole('navigation', { name: 'Main' }).waitFor({ state: 'attached' });
  if (!session) sessions.set(who, await page.context().cookies(server.url));
}

/** Sends a request with the page's session, to prepare or check what a test is not about. */
export async function call<T>(page: Page, server: Server, method: string, path: string, data?: unknown): Promise<T> {
  const response = await page.request.fetch(server.url + path, { method, data, headers: { Origin: server.url } });
  if (!response.ok()) throw new Error(`${method} ${path}: ${response.status()} ${await response.text()}`);
  return (response.status() === 204 ? undefined : await response.json()) as T;
}

/** Stores a connection to an emulated account. */
export async function connect(page: Page, server: Server, account: Account, name = 'netsuite', settings: Record<string, string> = {}): Promise<void> {
  const { consumer_key, consumer_secret, token_id, token_secret } = account;
  await call(page, server, 'POST', '/api/v1/connections', {
    name,
    kind: 'netsuite',
    settings: { account: account.account, type: 'token', base_url: account.url, ...settings },
    secrets: { consumer_key, consumer_secret, token_id, token_secret },
  });
}
