const units = ['bytes', 'KB', 'MB', 'GB', 'TB'];

/** A size as people say it: 1.2 MB. */
export function bytesText(n: number): string {
  let unit = 0;
  while (n >= 1000 && unit < units.length - 1) {
    n /= 1000;
    unit++;
  }
  return `${unit === 0 || n >= 100 ? Math.round(n) : n.toFixed(1)} ${units[unit] ?? ''}`;
}
