/** A line of two texts: in both, or in one of them. */
export interface Line {
  sign: ' ' | '-' | '+';
  text: string;
}

/** Beyond so many lines each, comparing would take longer than anybody reads. */
const most = 2_000;

/** The lines of two texts, those that differ with the sign of their side. */
export function diff(before: string, after: string): Line[] {
  const a = before.split('\n');
  const b = after.split('\n');
  if (a.length > most || b.length > most) return [...a.map((text): Line => ({ sign: '-', text })), ...b.map((text): Line => ({ sign: '+', text }))];
  // common[i][j] is how many lines the rests of both texts have in common, in order.
  const common = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  const at = (i: number, j: number) => common[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    const row = common[i];
    if (!row) continue;
    for (let j = b.length - 1; j >= 0; j--) row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  const lines: Line[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ sign: ' ', text: a[i++] ?? '' });
      j++;
    } else if (i < a.length && (j === b.length || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ sign: '-', text: a[i++] ?? '' });
    } else {
      lines.push({ sign: '+', text: b[j++] ?? '' });
    }
  }
  return lines;
}

/** The places where two texts differ, each with so many lines around it. */
export function hunks(lines: Line[], around = 2): Line[][] {
  const found: Line[][] = [];
  let last = -Infinity;
  lines.forEach((line, i) => {
    if (!lines.slice(Math.max(0, i - around), i + around + 1).some((l) => l.sign !== ' ')) return;
    if (i > last + 1) found.push([]);
    found.at(-1)?.push(line);
    last = i;
  });
  return found;
}
