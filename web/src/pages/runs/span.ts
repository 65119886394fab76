/** The times that runs are chosen by, as they stand in the address. */
export const spans = [
  { value: '1h', label: 'Last hour', seconds: 3_600 },
  { value: '24h', label: 'Last 24 hours', seconds: 86_400 },
  { value: '7d', label: 'Last 7 days', seconds: 7 * 86_400 },
  { value: '30d', label: 'Last 30 days', seconds: 30 * 86_400 },
] as const;

/** When the time chosen begins: a whole minute, so that the same question is asked again and not another. */
export function sinceOf(value: string | null, now: number): string | undefined {
  const span = spans.find((s) => s.value === value);
  if (span) return new Date(Math.floor(now / 60_000) * 60_000 - span.seconds * 1000).toISOString();
  return timeOf(value);
}

/** A time of the address, nothing where it is none. */
export function timeOf(value: string | null): string | undefined {
  const at = value ? Date.parse(value) : NaN;
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

/** A moment as the input for local times writes it. */
export function localText(at: string | undefined): string {
  if (!at) return '';
  const date = new Date(at);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

const clock = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hour12: false });
const day = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric' });
const both = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hour12: false });

/** The beginning of a span as an axis shows it: its day, its time, or both. */
export function pointText(at: string, seconds: number, whole: number): string {
  const date = new Date(at);
  if (seconds >= 86_400) return day.format(date);
  return whole > 86_400 ? both.format(date) : clock.format(date);
}
