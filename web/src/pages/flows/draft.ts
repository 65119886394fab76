const prefix = 'sluice.flow.';

interface Kept {
  base: string;
  text: string;
}

/** What was entered for a flow and not saved, while the stored flow is still the one that it was made from. */
export function keptDraft(name: string | undefined, base: string): string | undefined {
  try {
    const kept = JSON.parse(sessionStorage.getItem(prefix + (name ?? '')) ?? 'null') as Kept | null;
    return kept?.base === base ? kept.text : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps unsaved text over a reload or a log-in at NetSuite; undefined forgets it. Flows hold no secrets. */
export function keepDraft(name: string | undefined, base: string, text: string | undefined) {
  try {
    if (text === undefined) sessionStorage.removeItem(prefix + (name ?? ''));
    else sessionStorage.setItem(prefix + (name ?? ''), JSON.stringify({ base, text } satisfies Kept));
  } catch {
    // Storage is off or full: the text lives as long as the page.
  }
}
