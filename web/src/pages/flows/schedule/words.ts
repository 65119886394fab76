import cronstrue from 'cronstrue';

/** A cron in words; undefined for one that cannot be read. The server decides whether it can be used. */
export function inWords(cron: string): string | undefined {
  try {
    const text = cronstrue.toString(cron, { use24HourTimeFormat: true, dayOfWeekStartIndexZero: true });
    return /^At \d\d:\d\d$/.test(text) ? `${text}, every day` : text;
  } catch {
    return undefined;
  }
}
