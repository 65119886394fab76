const whole = new Intl.NumberFormat('en');
const short = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

/** A count with its thousands apart. */
export function countText(n: number | undefined): string {
  return whole.format(n ?? 0);
}

/** A rate: as many digits as tell something. */
export function rateText(perSecond: number): string {
  return perSecond >= 10 ? whole.format(Math.round(perSecond)) : short.format(perSecond);
}

/** A part of a whole in percent. */
export function percentText(part: number, of: number): string {
  if (of <= 0) return '0 %';
  const percent = (part / of) * 100;
  return percent > 0 && percent < 1 ? '< 1 %' : `${Math.round(percent)} %`;
}

const units = ['B', 'KB', 'MB', 'GB', 'TB'];

/** A size in the unit that fits. */
export function bytesText(bytes: number | undefined): string {
  let n = bytes ?? 0;
  let unit = 0;
  while (n >= 1000 && unit < units.length - 1) {
    n /= 1000;
    unit++;
  }
  return `${unit === 0 || n >= 100 ? Math.round(n) : n.toFixed(1)} ${units[unit] ?? ''}`;
}
