import type { Browser } from 'playwright-core';

import { type Account, startAccount, startServer, type Server } from '../harness';
import { Folder } from '../process';
import { openBrowser, Watched } from '../survey';
import { NetSuite } from './netsuite';
import { Sluice } from './sluice';
import { looked } from './step';

/** Made up, like all credentials here. */
export const integrationUser = { name: 'Office Employee', email: 'employee@example.com', password: 'facade-Password-2' };

/** A new server, a new account where nothing is set up, and a browser with a tab for each. */
export class World {
  private constructor(
    readonly browser: Browser,
    readonly account: Account,
    readonly server: Server,
    readonly folder: Folder,
    readonly netsuite: NetSuite,
    readonly sluice: Sluice,
    readonly watched: Watched,
  ) {}

  static async begin(): Promise<World> {
    const [browser, account, server, folder] = await Promise.all([openBrowser(), startAccount(['--bare']), startServer(), Folder.make()]);
    const watched = await Watched.open(browser);
    const netsuite = new NetSuite(await watched.context.newPage(), account.url, { email: account.admin_email, password: account.admin_password });
    netsuite.page.setDefaultTimeout(30_000);
    const sluice = new Sluice(watched.page, server);
    looked.splice(0, looked.length, watched.page, netsuite.page);
    await netsuite.logIn();
    await sluice.begin();
    return new World(browser, account, server, folder, netsuite, sluice, watched);
  }

  async end() {
    await this.browser.close();
    await Promise.all([this.account.stop(), this.server.stop()]);
    await this.folder.remove();
  }

  /** Ends the log-in at the emulated account, and no other: cookies do not tell ports apart. */
  async leaveNetSuite() {
    await this.netsuite.page.context().clearCookies({ domain: 'localhost', path: '/', name: /^(NS|JSESSION|emulat)/ });
  }

  /** The keys of an integration record that the bundle brought: its publisher has them, and nobody sees them on a page. */
  async publishersKeys(application: string): Promise<{ key: string; secret: string }> {
    const response = await fetch(`${this.account.url}/_emulator/account`);
    const setup = (await response.json()) as { integrations: { name: string; consumerKey: string; consumerSecret: string }[] };
    const record = setup.integrations.find((i) => i.name === application);
    if (!record) throw new Error(`the account has no integration record ${application}`);
    return { key: record.consumerKey, secret: record.consumerSecret };
  }
}
