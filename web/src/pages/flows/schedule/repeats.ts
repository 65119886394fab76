/** How often a schedule repeats, as people choose it. */
export type Repeat = 'minutes' | 'hour' | 'day' | 'week' | 'month' | 'own';

/** A schedule as it is chosen. What does not belong to its repeat is kept for when it is chosen again. */
export interface Choice {
  repeat: Repeat;
  /** Every so many minutes. */
  every: number;
  minute: number;
  hour: number;
  /** Days of the week, 0 is Sunday. */
  days: number[];
  /** Day of the month. */
  day: number;
}

export const intervals = [1, 2, 5, 10, 15, 20, 30];

const usual: Choice = { repeat: 'day', every: 15, minute: 0, hour: 6, days: [1, 2, 3, 4, 5], day: 1 };

const names: Record<string, string> = { '@hourly': '0 * * * *', '@daily': '0 0 * * *', '@midnight': '0 0 * * *', '@weekly': '0 0 * * 0', '@monthly': '0 0 1 * *' };

/** Reads a cron as a choice; what the choices do not have is an expression of one's own. */
export function choiceOf(cron: string | undefined): Choice {
  const own: Choice = { ...usual, repeat: 'own' };
  const fields = (names[cron?.trim() ?? ''] ?? cron ?? '').trim().split(/\s+/);
  if (fields.length !== 5) return own;
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = fields;
  if (month !== '*') return own;
  const every = /^\*(?:\/(\d+))?$/.exec(minute);
  if (every) {
    const n = Number(every[1] ?? 1);
    return hour === '*' && day === '*' && weekday === '*' && intervals.includes(n) ? { ...usual, repeat: 'minutes', every: n } : own;
  }
  const m = number(minute, 0, 59);
  if (m === undefined) return own;
  if (hour === '*') return day === '*' && weekday === '*' ? { ...usual, repeat: 'hour', minute: m } : own;
  const h = number(hour, 0, 23);
  if (h === undefined) return own;
  const at = { ...usual, minute: m, hour: h };
  if (day === '*' && weekday === '*') return { ...at, repeat: 'day' };
  if (day === '*') {
    const days = daysOf(weekday);
    return days ? { ...at, repeat: 'week', days } : own;
  }
  const d = number(day, 1, 31);
  return d !== undefined && weekday === '*' ? { ...at, repeat: 'month', day: d } : own;
}

/** Writes a choice as a cron; undefined for an expression of one's own. */
export function cronOf(c: Choice): string | undefined {
  switch (c.repeat) {
    case 'minutes':
      return c.every === 1 ? '* * * * *' : `*/${c.every} * * * *`;
    case 'hour':
      return `${c.minute} * * * *`;
    case 'day':
      return `${c.minute} ${c.hour} * * *`;
    case 'week':
      return `${c.minute} ${c.hour} * * ${dayList(c.days)}`;
    case 'month':
      return `${c.minute} ${c.hour} ${c.day} * *`;
    case 'own':
      return undefined;
  }
}

function number(text: string, least: number, most: number): number | undefined {
  if (!/^\d{1,2}$/.test(text)) return undefined;
  const n = Number(text);
  return n >= least && n <= most ? n : undefined;
}

function daysOf(text: string): number[] | undefined {
  const days: number[] = [];
  for (const part of text.split(',')) {
    const [from = '', to = from] = part.split('-');
    const [first, last] = [number(from, 0, 6), number(to, 0, 6)];
    if (first === undefined || last === undefined || first > last) return undefined;
    for (let d = first; d <= last; d++) days.push(d);
  }
  return days;
}

/** Days as a cron lists them: three and more in a row as a range. */
function dayList(days: number[]): string {
  const sorted = [...new Set(days.length ? days : [1])].toSorted((a, b) => a - b);
  const parts: string[] = [];
  for (let i = 0; i < sorted.length; ) {
    let end = i;
    while (sorted[end + 1] === (sorted[end] ?? 0) + 1) end++;
    parts.push(end - i >= 2 ? `${sorted[i]}-${sorted[end]}` : sorted.slice(i, end + 1).join(','));
    i = end + 1;
  }
  return parts.join(',');
}
