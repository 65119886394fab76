import type { Page, Response } from 'playwright-core';
import { expect } from 'vitest';

interface Noting {
  refused: string[];
}

/** Runs in the page: notes what the page's policy refuses. */
export function noteViolations() {
  const page = window as unknown as Noting;
  page.refused = [];
  document.addEventListener('securitypolicyviolation', (e) => page.refused.push(`${e.violatedDirective}: ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`));
}

/** What the page's policy has refused so far. */
export const refused = (page: Page) => page.evaluate(() => (window as unknown as Noting).refused);

/** Fails when a page has no strict policy, goes against it, or holds a script of its own. */
export async function keepsPolicy(page: Page, answer: Response | null): Promise<void> {
  const at = page.url();
  const policy = answer?.headers()['content-security-policy'] ?? '';
  expect(policy, at).toContain("default-src 'self'");
  expect(/script-src[^;]*unsafe/.test(policy), at).toBe(false);
  expect(await refused(page), at).toEqual([]);
  expect(await page.locator('script:not([src])').count(), `inline scripts at ${at}`).toBe(0);
  expect(await page.evaluate(() => [...document.querySelectorAll('*')].filter((e) => [...e.attributes].some((a) => /^on/i.test(a.name))).length), `handlers in attributes at ${at}`).toBe(0);
}
