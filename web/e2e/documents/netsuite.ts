import { expect } from 'vitest';
import type { Locator, Page } from 'playwright-core';

/** What an integration record shows once. */
export interface Keys {
  key: string;
  secret: string;
}

/** What an access token shows once. */
export interface Token {
  id: string;
  secret: string;
}

/** A permission on a tab of the role page, with its level. */
export type Permission = [tab: string, name: string, level: string];

/** The pages of an emulated account, used as its administrator uses them: by menu, label and button. */
export class NetSuite {
  constructor(
    readonly page: Page,
    readonly url: string,
    readonly admin: { email: string; password: string },
  ) {}

  /** Opens the account and logs in as its administrator. */
  async logIn() {
    await this.page.goto(this.url);
    await this.enterLogin(this.admin);
    await this.titled('Home');
  }

  /** Fills in the login page that is shown. */
  async enterLogin(who: { email: string; password: string }) {
    await this.page.getByLabel('Email Address').fill(who.email);
    await this.page.getByLabel('Password').fill(who.password);
    await this.page.getByRole('button', { name: 'Log In' }).click();
  }

  async titled(title: string) {
    await this.page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
  }

  /** Goes where a menu path leads, such as Setup > Company > Enable Features. "New" stands beside its entry. */
  async go(path: string) {
    const names = path.split(' > ');
    const last = names.at(-1) === 'New' ? names.pop() : undefined;
    const entry = names.pop() ?? '';
    let place: Locator = this.page.getByRole('navigation', { name: 'Main menu' });
    for (const name of names) {
      place = place.locator(`xpath=./ul/li/details[summary="${name}"]`);
      if ((await place.getAttribute('open')) === null) await place.locator('summary').first().click();
    }
    const link = place.locator(`xpath=./ul/li/a[.="${entry}"]`);
    await (last ? link.locator('xpath=following-sibling::a[1]') : link).click();
  }

  async save(button = 'Save') {
    await this.page.getByRole('button', { name: button, exact: true }).first().click();
  }

  async open(tab: string) {
    await this.page.getByRole('radio', { name: tab, exact: true }).check();
  }

  /** Ticks features on Setup > Company > Enable Features, subtab SuiteCloud. */
  async enableFeatures(...features: string[]) {
    await this.go('Setup > Company > Enable Features');
    await this.open('SuiteCloud');
    for (const feature of features) await this.page.getByRole('checkbox', { name: feature, exact: true }).check();
    await this.save();
    await this.page.getByText('The features were saved.').waitFor();
  }

  /** Installs the bundle with the locked roles, as its publisher's pages ask before anything else. */
  async installBundle() {
    await this.go('Customization > SuiteBundler > Search & Install Bundles');
    await this.save('Install');
    await this.page.getByText('The bundle was installed.').waitFor();
  }

  /** Makes an integration record and returns the keys, which are shown this once. */
  async newIntegration(o: { name: string; state?: string; flow?: string; clientCredentials?: boolean }): Promise<Keys> {
    await this.go('Setup > Integration > Manage Integrations > New');
    await this.page.getByLabel('Name', { exact: true }).fill(o.name);
    if (o.state) await this.page.getByLabel('State').selectOption({ label: o.state });
    await this.page.getByRole('checkbox', { name: 'Token-based Authentication', exact: true }).check();
    if (o.flow) {
      await this.page.getByRole('checkbox', { name: 'TBA: Authorization Flow' }).check();
      await this.page.getByLabel('Callback URL').fill(o.flow);
    }
    if (o.clientCredentials) {
      await this.page.getByRole('checkbox', { name: /Client Credentials/ }).check();
      await this.page.getByRole('checkbox', { name: 'REST Web Services' }).check();
      await this.page.getByRole('checkbox', { name: 'RESTlets' }).check();
    }
    await this.save();
    return { key: await this.once('Consumer Key / Client ID'), secret: await this.once('Consumer Secret / Client Secret') };
  }

  /** Clones a locked role under another name, with more permissions where needed. */
  async customizeRole(locked: string, name: string, permissions: Permission[] = []) {
    await this.go('Setup > Users/Roles > Manage Roles');
    await this.page.getByRole('link', { name: `Customize ${locked}`, exact: true }).click();
    await this.fillRole(name, permissions);
  }

  /** Makes a role from nothing. */
  async newRole(name: string, permissions: Permission[], webServicesOnly = false) {
    await this.go('Setup > Users/Roles > Manage Roles > New');
    if (webServicesOnly) await this.page.getByRole('checkbox', { name: 'Web Services Only Role' }).check();
    await this.fillRole(name, permissions);
  }

  private async fillRole(name: string, permissions: Permission[]) {
    await this.page.getByLabel('Name', { exact: true }).fill(name);
    for (const [tab, permission, level] of permissions) {
      await this.open(tab);
      const place = this.page.getByRole('region', { name: tab, exact: true });
      await place.getByLabel('Permission', { exact: true }).selectOption({ label: permission });
      await place.getByLabel('Level', { exact: true }).selectOption({ label: level });
      await place.getByRole('button', { name: 'Add', exact: true }).click();
    }
    await this.save();
    await this.page.getByText(/The role was saved/).waitFor();
  }

  /** The permissions that the role page offers on a tab. */
  async offered(tab: string): Promise<string[]> {
    await this.open(tab);
    return this.page.getByRole('region', { name: tab, exact: true }).getByLabel('Permission', { exact: true }).getByRole('option').allTextContents();
  }

  /** Gives a user a role: Edit, Access, Roles, OK, Save, until the page says Confirmation. */
  async assignRole(path: 'Setup > Users/Roles > Manage Users' | 'Lists > Employees > Employees', user: string, role: string, { ok = true, password = '' } = {}) {
    await this.go(path);
    await this.page.getByRole('link', { name: user, exact: true }).click();
    await this.page.getByRole('link', { name: 'Edit', exact: true }).click();
    await this.open('Access');
    await this.page.getByRole('checkbox', { name: 'Give Access' }).check();
    if (password) {
      await this.page.getByLabel('Password', { exact: true }).fill(password);
      await this.page.getByLabel('Confirm Password').fill(password);
    }
    await this.page.getByLabel('Role', { exact: true }).selectOption({ label: role });
    if (ok) await this.save('OK');
    await this.save();
    await this.titled('Confirmation');
  }

  /** Makes an access token and returns what is shown this once. */
  async newToken(o: { application: string; user: string; role: string; by?: 'New' | 'New Access Token' }): Promise<Token> {
    if (o.by === 'New Access Token') {
      await this.go('Setup > Users/Roles > Access Tokens');
      await this.page.getByRole('link', { name: 'New Access Token' }).click();
    } else {
      await this.go('Setup > Users/Roles > Access Tokens > New');
    }
    await this.page.getByLabel('Application Name').selectOption({ label: o.application });
    await this.page.getByLabel('User', { exact: true }).selectOption({ label: o.user });
    await this.page.getByLabel('Role', { exact: true }).selectOption({ label: o.role });
    // The page's script names the token when it has heard of the role.
    await expect.poll(() => this.page.getByLabel('Token Name').inputValue()).not.toBe('');
    await this.save();
    return { id: await this.once('Token ID'), secret: await this.once('Token Secret') };
  }

  /** Reads a value that is shown once. */
  private async once(label: string): Promise<string> {
    const shown = this.page.getByRole('region', { name: 'Shown once' });
    const value = await shown.locator(`dt:text-is("${label}") + dd`).textContent();
    return (value ?? '').trim();
  }

  /** Fails when the page still shows secrets after a reload. */
  async expectShownOnce() {
    await this.page.reload();
    expect(await this.page.getByRole('region', { name: 'Shown once' }).count()).toBe(0);
  }
}
