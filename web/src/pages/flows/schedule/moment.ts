const day = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });

/** A moment as the clocks of its zone show it. The server writes it with the offset that holds then: 2027-03-28T03:00:00+02:00. */
export interface Shown {
  day: string;
  time: string;
  /** UTC+2, as people write it. */
  offset: string;
}

export function shown(at: string): Shown {
  const [, date = '', time = '', sign = '', hours = '', minutes = ''] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(?:Z|([+-])(\d\d):(\d\d))$/.exec(at) ?? [];
  if (!date) return { day: at, time: '', offset: '' };
  const offset = sign ? `${sign === '-' ? '−' : '+'}${Number(hours)}${minutes === '00' ? '' : `:${minutes}`}` : '';
  return { day: day.format(new Date(`${date}T00:00:00Z`)), time, offset: offset && offset !== '+0' ? `UTC${offset}` : 'UTC' };
}

/** The day before a moment, as a field for dates has it. */
export function dayBefore(at: string): string {
  const date = new Date(`${at.slice(0, 10)}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() - 1);
  return date.toISOString().slice(0, 10);
}

/** What the clocks of a zone show now; undefined for a zone that the browser does not know. */
export function clockIn(zone: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en-GB', { weekday: 'short', hour: '2-digit', minute: '2-digit', timeZone: zone }).format(new Date());
  } catch {
    return undefined;
  }
}

/** The zone of who looks at the page. */
export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
}

/** All zones that the browser knows. */
export function zones(): string[] {
  return [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])];
}
