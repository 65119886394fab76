import type { Page } from 'playwright-core';

import { picture } from '../survey';

/** The pages of the walk; a failed step keeps a picture of each. */
export const looked: Page[] = [];

/** A step of a walk, named by the items of docs/requirements.md that it passes. */
export async function step(name: string, walk: () => Promise<void>): Promise<void> {
  try {
    await walk();
  } catch (error) {
    for (const [i, page] of looked.entries()) await picture(page, `failed-${i}-${name.replaceAll(/\W+/g, '-')}`);
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
