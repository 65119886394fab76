/** A name and what it stands for. */
export type Pair = [string, string];

/** The pairs of a pasted text: cells of a spreadsheet, or lines "name = value". None for a single word or line. */
export function pairsIn(text: string): Pair[] {
  const lines = text.split(/\r?\n/).filter((l) => l.trim() !== '');
  if (!text.includes('\t') && lines.length < 2) return [];
  return lines.map((line): Pair => {
    const at = line.includes('\t') ? line.indexOf('\t') : line.indexOf('=');
    return at < 0 ? [line.trim(), ''] : [line.slice(0, at).trim(), line.slice(at + 1).split('\t')[0]?.trim() ?? ''];
  });
}

/** What the rows say, without those that lack a side; nothing when none is whole. Of two with one name the last counts. */
export function wholePairs(rows: Pair[]): Record<string, string> | undefined {
  const whole = rows.map(([name, value]): Pair => [name.trim(), value.trim()]).filter(([name, value]) => name !== '' && value !== '');
  return whole.length > 0 ? Object.fromEntries(whole) : undefined;
}
