import type { ErrorChoice } from '../../api/schema';
import { classes, classLabel } from './classification';

/** Which errors are shown, by the names that the address and the API have for it. */
export type Filter = ErrorChoice & { state: 'open' | 'retrying' | 'resolved' };

/** The parts of a filter besides the state, in the order in which they are told. */
const parts = ['flow', 'step', 'connection', 'code', 'classification', 'run', 'assignee', 'tag', 'trace', 'text'] as const;
export type Part = (typeof parts)[number];

/** What the address says. What it cannot mean is left out. */
export function filterIn(search: URLSearchParams): Filter {
  const state = search.get('state');
  const filter: Filter = { state: state === 'retrying' || state === 'resolved' ? state : 'open' };
  for (const part of parts) {
    const value = search.get(part);
    if (!value) continue;
    if (part === 'run') filter.run = Number(value) || undefined;
    else if (part === 'classification') filter.classification = classes.find((c) => c === value) as Filter['classification'];
    else filter[part] = value;
  }
  return filter;
}

/** The parts of a filter that are set, as people read them. */
export function told(filter: Filter, me: string): { part: Part; text: string }[] {
  return parts.flatMap((part) => {
    const value = filter[part];
    return value ? [{ part, text: words(part, String(value), me) }] : [];
  });
}

function words(part: Part, value: string, me: string): string {
  switch (part) {
    case 'run':
      return `Run ${value}`;
    case 'classification':
      return classLabel(value);
    case 'assignee':
      return value === me ? 'Assigned to me' : `Assigned to ${value}`;
    case 'tag':
      return `#${value}`;
    case 'trace':
      return `Trace key ${value}`;
    case 'text':
      return `“${value}”`;
    default:
      return `${part.charAt(0).toUpperCase()}${part.slice(1)}: ${value}`;
  }
}

/** The address of the page that shows the errors of a filter. */
export function addressOf(filter: Partial<Filter>): string {
  const search = searchOf(filter);
  return search ? `/errors?${search}` : '/errors';
}

/** The address of a file with all errors of a filter. */
export function downloadOf(filter: Filter, format: 'csv' | 'jsonl'): string {
  return `/api/v1/errors/export?${searchOf(filter, true)}&format=${format}`;
}

function searchOf(filter: Partial<Filter>, withOpen = false): string {
  const search = new URLSearchParams();
  if (filter.state && (withOpen || filter.state !== 'open')) search.set('state', filter.state);
  for (const part of parts) if (filter[part]) search.set(part, String(filter[part]));
  return search.toString();
}
