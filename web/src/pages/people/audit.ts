/** What of the audit log is asked for; days as the date fields have them. */
export interface AuditQuery {
  text?: string;
  actor?: string;
  noun?: string;
  name?: string;
  since?: string;
  until?: string;
}

export const auditParts = ['text', 'actor', 'noun', 'name', 'since', 'until'] as const;

export const nouns = [
  { value: 'connection', label: 'Connections' },
  { value: 'consumer_key', label: 'Consumer keys' },
  { value: 'integration', label: 'Integrations' },
  { value: 'flow', label: 'Flows' },
  { value: 'run', label: 'Runs' },
  { value: 'error', label: 'Errors' },
  { value: 'channel', label: 'Channels' },
  { value: 'user', label: 'Users' },
  { value: 'session', label: 'Sessions' },
  { value: 'token', label: 'API tokens' },
  { value: 'audit', label: 'Audit log' },
];

/** The query as the API takes it: days begin and end where the person is. */
export function asked(q: AuditQuery): Record<string, string> {
  const out: Record<string, string> = {};
  for (const part of ['text', 'actor', 'noun'] as const) if (q[part]) out[part] = q[part];
  if (q.noun && q.name) out.name = q.name;
  if (q.since) out.since = startOf(q.since, 0);
  if (q.until) out.until = startOf(q.until, 1);
  return out;
}

function startOf(day: string, later: number): string {
  const [y = 0, m = 1, d = 1] = day.split('-').map(Number);
  return new Date(y, m - 1, d + later).toISOString();
}

/** Where the lines that are asked for are taken away as a file. */
export function exportAddress(q: AuditQuery, format: 'csv' | 'jsonl'): string {
  return `/api/v1/audit/export?${new URLSearchParams({ format, ...asked(q) }).toString()}`;
}
