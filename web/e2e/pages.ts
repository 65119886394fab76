import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What stands for the parameters in the addresses of pages. A page whose address has
 * one and that is not here fails the tests: nobody would look at it.
 */
const examples: Record<string, string> = {
  'integrations/:name': 'integrations/shop',
  'flows/:name': 'flows/orders-in',
  'connections/:name': 'connections/netsuite',
  'connections/:name/doctor': 'connections/netsuite/doctor',
  'debug/:name': 'debug/netsuite',
  'runs/:id': 'runs/3',
};

/** The addresses that the router knows, as they stand in it. */
export function routes(): string[] {
  const text = readFileSync(join(import.meta.dirname, '../src/router.tsx'), 'utf8');
  const found = [...text.matchAll(/\bpath: '([^']+)'/g)].map(([, path = '']) => path).filter((path) => path !== '/' && path !== '*');
  if (!/\bindex: true/.test(text) || found.length < 20) throw new Error('the router is not written as this reads it');
  return ['', ...found.map((path) => path.replace(/^\//, ''))];
}

/** The address of every page behind the log-in, on a server with the demo's data; without data those that are about one thing are left out. */
export function pages(full = true): string[] {
  return routes()
    .filter((path) => path !== 'login' && (full || !path.includes(':')))
    .map((path) => {
      const address = path.includes(':') ? examples[path] : path;
      if (address === undefined) throw new Error(`say in e2e/pages.ts what stands for the parameter of ${path}`);
      return `/${address}`;
    });
}

/** Pages as they are after something was chosen on them. */
export const views = ['/errors?state=resolved', '/errors?flow=orders-in&code=INVALID_CONTENT', '/trace?key=W-24018', '/trace?key=nobody-knows', '/integrations/shop?tab=connections', '/integrations/shop?tab=settings', '/no/such/page'];
