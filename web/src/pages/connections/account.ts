/** A NetSuite account ID in both spellings, and what it tells about the environment. */
export interface Account {
  /** As logins want it: 1234567_SB1. */
  realm: string;
  /** As host names want it: 1234567-sb1. */
  host: string;
  environment: string;
}

// The services that stand behind the account in a NetSuite address.
const services = ['suitetalk.api', 'restlets.api', 'app', 'extforms', 'shop', 'secure', 'connect.api'].map((s) => `${s}.netsuite.com`);

/**
 * Reads an account ID in any spelling, as the server does: with underscore or dash, or
 * as a NetSuite address. Undefined for what is none, or not whole yet.
 */
export function readAccount(text: string): Account | undefined {
  let label: string | undefined = text.trim();
  if (/[./:]/.test(label)) label = labelOf(label);
  if (!label || label.length > 63 || !/^[A-Za-z0-9]+([_-][A-Za-z0-9]+)*$/.test(label)) return undefined;
  const realm = label.toUpperCase().replaceAll('-', '_');
  return { realm, host: label.toLowerCase().replaceAll('_', '-'), environment: environmentOf(realm) };
}

function labelOf(address: string): string | undefined {
  const url = URL.parse(address.includes('://') ? address : `https://${address}`);
  if (!url) return undefined;
  const dot = url.hostname.indexOf('.');
  return services.includes(url.hostname.slice(dot + 1)) ? url.hostname.slice(0, dot) : undefined;
}

function environmentOf(realm: string): string {
  if (/_SB[0-9]+$/.test(realm)) return 'sandbox';
  if (realm.endsWith('_RP')) return 'release-preview';
  return 'production';
}
