import type { Locator, Page } from 'playwright-core';

import { call, logIn, makeOwner, type Server } from '../harness';
import { settled } from '../survey';

/** Values of a connection's form by their labels. */
export interface Form {
  name?: string;
  choose?: Record<string, string>;
  fill?: Record<string, string>;
  advanced?: Record<string, string>;
}

/** Sluice's own pages, used as a person uses them. */
export class Sluice {
  constructor(
    readonly page: Page,
    readonly server: Server,
  ) {}

  /** Makes the owner by the one-time link, and logs in. */
  async begin() {
    await makeOwner(this.page, this.server);
    await logIn(this.page, this.server);
  }

  async home() {
    await this.page.goto(this.server.url);
    await settled(this.page);
  }

  /** Resources → Connections, in the navigation. */
  async resources() {
    await this.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Connections', exact: true }).click();
    await this.titled('Connections');
  }

  /** The waffle at the upper right → Connections. */
  async waffle() {
    await this.page.getByRole('button', { name: 'All places' }).click();
    await this.page.getByRole('menuitem', { name: 'Connections', exact: true }).click();
    await this.titled('Connections');
  }

  async titled(title: string | RegExp) {
    await this.page.getByRole('heading', { level: 1, name: title }).waitFor();
  }

  /** The form of the connection that is being made or edited. */
  get form(): Locator {
    return this.page.getByRole('form', { name: /^(Create|Edit) connection/ });
  }

  /** Opens the pane from the page of connections and chooses the application. */
  async create(application: string) {
    await this.page.getByRole('button', { name: 'Create connection' }).first().click();
    await this.application(application);
  }

  async application(name: string) {
    await this.page.getByRole('list', { name: 'Applications' }).getByRole('button', { name: new RegExp(`^${name}`) }).click();
    await this.form.waitFor();
  }

  async fill(values: Form) {
    if (values.name) await this.form.getByRole('textbox', { name: 'Name', exact: true }).fill(values.name);
    for (const [label, option] of Object.entries(values.choose ?? {})) await this.choose(label, option);
    for (const [label, text] of Object.entries(values.fill ?? {})) await this.form.getByRole('textbox', { name: label, exact: true }).fill(text);
    if (!values.advanced) return;
    const advanced = this.form.getByRole('button', { name: 'Advanced' });
    if ((await advanced.getAttribute('aria-expanded')) !== 'true') await advanced.click();
    for (const [label, text] of Object.entries(values.advanced)) await this.form.getByRole('textbox', { name: label, exact: true }).fill(text);
  }

  /** Chooses an option of a field of the form. */
  async choose(label: string, option: string) {
    const box = this.form.getByRole('combobox', { name: label, exact: true });
    await box.click();
    if (await box.isEditable()) await box.fill(option);
    await this.page.getByRole('option', { name: option, exact: false }).first().click();
  }

  /** Makes an iClient by the plus beside the field. */
  async newClient(name: string, keys: { key: string; secret: string }, application: string) {
    await this.form.getByRole('button', { name: 'Create an iClient' }).click();
    const pane = this.page.getByRole('dialog', { name: 'Create iClient' });
    await pane.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
    await pane.getByRole('textbox', { name: 'Application' }).fill(application);
    await pane.getByRole('textbox', { name: 'Consumer key' }).fill(keys.key);
    await pane.getByRole('textbox', { name: 'Consumer secret' }).fill(keys.secret);
    await pane.getByRole('button', { name: 'Save' }).click();
    await pane.waitFor({ state: 'detached' });
  }

  async press(button: string) {
    await this.page.getByRole('button', { name: button, exact: true }).click();
  }

  /** Presses Test connection and waits for the words of success. */
  async test() {
    await this.press('Test connection');
    await this.page.getByText('Your connection is working great! Nice Job.').waitFor();
  }

  /** Waits until the table of connections shows the connection with the status. */
  async shows(connection: string, status: 'Online' | 'Offline') {
    await this.row(connection).getByText(status, { exact: true }).waitFor();
  }

  /** The row of a connection in a table of connections. */
  row(connection: string): Locator {
    return this.page.getByRole('row').filter({ has: this.page.getByRole('link', { name: connection, exact: true }) });
  }

  /** Stores a flow that writes customers of a connection into a file, and the connection to the folder. */
  async customersFlow(connection: string, folder: string, integration?: string) {
    await call(this.page, this.server, 'POST', '/api/v1/connections', { name: 'folder', kind: 'files', settings: { dir: folder } });
    const text = `name: customers-out
${integration ? `integration: ${integration}\n` : ''}export:
  connection: ${connection}
  suiteql:
    query: SELECT id, entityid FROM customer
    key: [id]
  limit: 3
steps:
  - import:
      connection: folder
      csv:
        path: customers.csv
        columns: [id, entityid]
`;
    await call(this.page, this.server, 'PUT', '/api/v1/flows/customers-out', { text });
  }

  /** Runs a flow from its page and waits until it says that records were written. */
  async run(flow: string) {
    await this.page.goto(`${this.server.url}/flows/${flow}`);
    await this.page.getByRole('button', { name: 'Run now' }).click();
    await this.page.getByText(/\bcompleted\b/i).first().waitFor({ timeout: 30_000 });
  }
}
