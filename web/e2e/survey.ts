import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

import { keepsPolicy, noteViolations } from './policy';

/** Every page is looked at in these. */
export const sizes = { wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } } as const;
export const schemes = ['light', 'dark'] as const;

/** Debian's Chromium. The one without a window needs a third less of the processors. */
const programs = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];

/** Starts a browser. Its scrollbars take no room, unless they are asked for. */
export async function openBrowser({ scrollbars = false } = {}): Promise<Browser> {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? programs.find((program) => existsSync(program)), args: ['--no-sandbox'], ...(scrollbars && { ignoreDefaultArgs: ['--hide-scrollbars'] }) });
}

/** A page whose errors are noted. Refusals that a test provokes are allowed by their text. */
export class Watched {
  readonly errors: string[] = [];
  private readonly allowed: RegExp[] = [];

  private constructor(
    readonly page: Page,
    readonly context: BrowserContext,
  ) {
    page.on('console', (m) => {
      if (m.type() === 'error' || m.type() === 'warning') this.note(`${m.text()} (${m.location().url})`);
    });
    page.on('pageerror', (e) => this.note(e.stack ?? e.message));
  }

  static async open(browser: Browser): Promise<Watched> {
    const context = await browser.newContext({ viewport: sizes.wide, colorScheme: 'light', reducedMotion: 'reduce' });
    await context.addInitScript(noteShifts);
    await context.addInitScript(noteViolations);
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    return new Watched(page, context);
  }

  private note(text: string) {
    if (!this.allowed.some((p) => p.test(text))) this.errors.push(text);
  }

  /** Errors of the browser's console that match are part of the test. */
  allow(pattern: RegExp) {
    this.allowed.push(pattern);
  }

  /** Fails when the page wrote an error to the console. */
  expectQuiet() {
    expect(this.errors).toEqual([]);
  }
}

/** Runs in the page: adds up how far things moved while it loaded. */
function noteShifts() {
  const page = window as unknown as { shift: number; shifts: string[] };
  page.shift = 0;
  page.shifts = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as unknown as { value: number; hadRecentInput: boolean; sources: { node?: Element; previousRect: DOMRect; currentRect: DOMRect }[] }[]) {
      if (entry.hadRecentInput) continue;
      page.shift += entry.value;
      for (const s of entry.sources) page.shifts.push(`${s.node?.nodeName} ${s.node?.textContent?.slice(0, 40)} ${s.previousRect.y}>${s.currentRect.y} ${s.previousRect.x}>${s.currentRect.x}`);
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

/** Opens an address, waits until nothing loads any more, and fails when the layout shifted on the way or the page goes against its policy. */
export async function open(page: Page, url: string): Promise<void> {
  const answer = await page.goto(url);
  await settled(page);
  await keepsPolicy(page, answer);
  const { shift, shifts } = await page.evaluate(() => {
    const { shift, shifts } = window as unknown as { shift: number; shifts: string[] };
    return { shift, shifts };
  });
  expect(shift, `layout shift at ${url}: ${shifts.join('; ')}`).toBeLessThan(0.02);
}

/** Waits until the page's requests are answered and nothing says that it loads. */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.getByRole('status').filter({ hasText: /^Loading$/ }).first().waitFor({ state: 'detached' });
}

/** What axe finds that is serious or critical, one line each; of some rules only where they are named. */
export async function barriers(page: Page, rules?: string[]): Promise<string[]> {
  // Our pages have no frames: axe is put into a page once, and only what it finds comes back.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  return page.evaluate(async (rules) => {
    const { axe: here } = window as unknown as { axe: typeof axe };
    const { violations } = await here.run(document, { resultTypes: ['violations'], ...(rules && { runOnly: rules }) });
    return violations
      .filter((v) => v.impact === 'serious' || v.impact === 'critical')
      .flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')}: ${n.failureSummary?.split('\n')[1]?.trim() ?? ''}`));
  }, rules);
}

/**
 * Looks at what the page shows now: no barrier for people with disabilities, nothing wider
 * than the screen. Every page is looked at whole, in both widths and both colour schemes; what
 * a test brings about on one (whole is false) wide and light, and for its width on a small
 * screen. With pictures all is looked at whole.
 */
export async function survey(page: Page, name: string, whole = !!process.env.SLUICE_SHOTS): Promise<void> {
  for (const [size, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport);
    for (const scheme of whole ? schemes : schemes.slice(0, size === 'wide' ? 1 : 0)) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      await still(page);
      await picture(page, `${name}-${size}-${scheme}`);
      // What is not a matter of colours is the same in both schemes.
      const rules = scheme === 'light' ? undefined : ['color-contrast', 'link-in-text-block'];
      expect(await barriers(page, rules), `${name}, ${size}, ${scheme}`).toEqual([]);
    }
    await still(page);
    const [content, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
    expect(content, `${name} is wider than the screen, ${size}`).toBeLessThanOrEqual(screen ?? 0);
  }
  await page.setViewportSize(sizes.wide);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
}

/** Brings transitions to their end: a colour half-way to another is nobody's barrier. */
async function still(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    for (const a of document.getAnimations()) if (a instanceof CSSTransition) a.finish();
  });
}

/** Keeps a picture under shots/ when SLUICE_SHOTS is set. */
export async function picture(page: Page, name: string): Promise<void> {
  if (!process.env.SLUICE_SHOTS) return;
  const folder = join(import.meta.dirname, 'shots');
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
}
