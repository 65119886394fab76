import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Browser, Page, Response } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { call, logIn, type Server, startDemo } from './harness';
import { pages, views } from './pages';
import { refused } from './policy';
import { open, openBrowser, settled, Watched } from './survey';

let browser: Browser;
let server: Server;

beforeAll(async () => {
  [browser, server] = await Promise.all([openBrowser(), startDemo()]);
});
afterAll(() => Promise.all([browser.close(), server.stop()]));

/** What the first page may weigh, compressed, before editor and canvas. */
const budget = 250_000;

test('the first load is light, and has neither editor nor canvas nor charts', async () => {
  const watched = await Watched.open(browser);
  const { page } = watched;
  await logIn(page, server);
  await page.goto('about:blank');
  const texts: string[] = [];
  const read: Promise<unknown>[] = [];
  page.on('response', (r) => {
    if (!new URL(r.url()).pathname.startsWith('/api/')) read.push(r.text().then((t) => texts.push(t)));
  });
  const client = await page.context().newCDPSession(page);
  await client.send('Network.enable');
  const heads = new Map<string, number>();
  let bytes = 0; // of the files as they came over the wire, without the headers
  client.on('Network.responseReceived', (e) => void (new URL(e.response.url).pathname.startsWith('/api/') || heads.set(e.requestId, e.response.encodedDataLength)));
  client.on('Network.loadingFinished', (e) => {
    const head = heads.get(e.requestId);
    if (head !== undefined) bytes += e.encodedDataLength - head;
  });
  await client.send('Network.setCacheDisabled', { cacheDisabled: true });
  await page.goto(server.url);
  await settled(page);
  await Promise.all(read);
  expect(bytes).toBeGreaterThan(100_000);
  expect(bytes, 'compressed bytes of the first page').toBeLessThan(budget);
  // Words that only the heavy parts have: class names that they give to elements.
  for (const [part, word] of Object.entries({ editor: 'cm-activeLine', canvas: 'react-flow__', charts: 'recharts-' }))
    expect(texts.some((t) => t.includes(word)), `the ${part} is in the first load`).toBe(false);
  watched.expectQuiet();
});

test('a script that stands in a page is refused', async () => {
  const watched = await Watched.open(browser);
  const { page } = watched;
  await logIn(page, server);
  await open(page, server.url);
  // Each page that a test opens is asked what was refused on it: it would have said so.
  watched.allow(/Content Security Policy/);
  await page.evaluate(() => {
    const s = document.createElement('script');
    s.textContent = 'window.ran = true';
    document.body.append(s);
  });
  await expect.poll(async () => (await refused(page)).length).toBe(1);
  expect(await page.evaluate(() => 'ran' in window)).toBe(false);
  watched.expectQuiet();
});

const canary = (n: string) => `canary-${n}-3f9c1b7e5d2a8064`;

/** A private key of nobody's; a line of it stands for all. */
const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const keyLine = key.split('\n')[1] ?? '';

interface Plan {
  kind: string;
  name: string;
  settings: Record<string, string>;
  secrets: string[];
}

const nowhere = { host: '127.0.0.1', port: '9', database: 'd', user: 'u' };
const http = (type: string, secrets: string[], more = {}): Plan => ({ kind: 'http', name: `h-${type}`, settings: { base_url: 'http://127.0.0.1:9', type, ...more }, secrets });
const netsuite = (type: string, secrets: string[], more = {}): Plan => ({ kind: 'netsuite', name: `n-${type}`, settings: { type, account: '7654321_SB1', base_url: 'http://127.0.0.1:9', ...more }, secrets });

/** A connection for each secret field that there is. */
const plans: Plan[] = [
  netsuite('token', ['consumer_key', 'consumer_secret', 'token_id', 'token_secret']),
  netsuite('oauth2-m2m', ['client_id', 'private_key'], { certificate_id: 'made-up-id' }),
  ...['postgresql', 'mysql', 'sqlserver'].map((kind): Plan => ({ kind, name: `d-${kind}`, settings: nowhere, secrets: ['password'] })),
  http('basic', ['password'], { user: 'u' }),
  http('bearer', ['token']),
  http('api-key', ['api_key'], { key_name: 'X-Key' }),
  http('oauth2', ['client_secret'], { token_url: 'http://127.0.0.1:9/token', client_id: 'made-up' }),
  { kind: 'webhook', name: 'w', settings: { preset: 'generic', header: 'X-Signature' }, secrets: ['secret', 'previous_secret'] },
];

/** Stores a canary in every secret field of the server. */
async function plantCanaries(page: Page): Promise<void> {
  const { items } = await call<{ items: { id: string; fields: { name: string; secret?: boolean }[] }[] }>(page, server, 'GET', '/api/v1/kinds');
  // New connections cannot be given a password of NetSuite's any more.
  const fields = items.flatMap((k) => k.fields.filter((f) => f.secret).map((f) => `${k.id}.${f.name}`)).filter((f) => f !== 'netsuite.password');
  expect(plans.flatMap((p) => p.secrets.map((s) => `${p.kind}.${s}`)).toSorted().filter((f, n, all) => all.indexOf(f) === n)).toEqual(fields.toSorted());
  for (const { kind, name, settings, secrets } of plans) {
    const values = Object.fromEntries(secrets.map((s) => [s, s === 'private_key' ? key : canary(`${name}-${s}`)]));
    await call(page, server, 'POST', '/api/v1/connections', { name, kind, settings, secrets: values });
  }
  await call(page, server, 'POST', '/api/v1/consumer-keys', { name: 'canaries', account: '7654321_SB1', application: 'Sluice', consumer_key: canary('ck'), consumer_secret: canary('cs') });
  await call(page, server, 'POST', '/api/v1/channels', { name: 'hook', kind: 'webhook', url: 'https://example.com/hook', secret: canary('hook') });
  await call(page, server, 'POST', '/api/v1/channels', { name: 'mail', kind: 'email', host: 'smtp.example.com', port: 587, tls: 'starttls', user: 'u', secret: canary('mail'), from: 'sluice@example.com', to: ['ann@example.com'] });
}

test('no secret reaches a page or an answer', async () => {
  const watched = await Watched.open(browser);
  const { page } = watched;
  watched.allow(/50[0-9]|40[0-9]/);
  await logIn(page, server);
  await plantCanaries(page);
  // Besides what was planted: the password of who is logged in.
  const secrets = [/canary-[\w-]+-3f9c1b7e5d2a8064/, new RegExp(keyLine.replaceAll(/[+/=]/g, '\\$&')), /made-up owner password/];
  const seen: string[] = [];
  let answers = 0;
  const look = (where: string, text: string) => secrets.forEach((s) => s.test(text) && seen.push(`${where}: ${s.exec(text)?.[0] ?? ''}`));
  const reading: Promise<void>[] = [];
  page.on('response', (r: Response) => {
    if (!new URL(r.url()).pathname.startsWith('/api/')) return;
    answers++;
    for (const [name, value] of Object.entries(r.headers())) look(`${r.url()} ${name}`, value);
    // An answer whose page was left cannot be read any more, and the page has not had it either.
    reading.push(r.text().then((text) => look(r.url(), text)).catch(() => undefined));
  });
  const own = plans.map((p) => `/connections/${p.name}`);
  for (const path of [...pages(), ...views, ...own, '/debug/n-token']) {
    await page.goto(server.url + path);
    await settled(page);
    look(path, await page.content());
    look(path, (await page.locator('input, textarea').evaluateAll((all) => all.map((f) => (f as HTMLInputElement).value))).join('\n'));
    look(path, await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href])));
  }
  await Promise.all(reading);
  for (const path of ['/api/v1/files', '/api/v1/errors/export?format=jsonl', '/api/v1/errors/export', '/api/v1/audit?limit=1000']) look(path, await (await page.request.get(server.url + path)).text());
  expect(answers).toBeGreaterThan(100);
  expect(seen).toEqual([]);
});

test('the pages are those of the build', () => {
  // The names of the built files carry a hash of what is in them: the server sends them as they are.
  const index = readFileSync(join(import.meta.dirname, '../dist/index.html'), 'utf8');
  expect(index).toMatch(/src="\/assets\/index-[\w-]+\.js"/);
  expect(index).not.toMatch(/<script(?![^>]*\bsrc=)/);
});
