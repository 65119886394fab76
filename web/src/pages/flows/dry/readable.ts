/** Fields by which NetSuite refers to a record. */
const reference = new Set(['id', 'refName', 'externalId', 'links']);

/** A value from its JSON text, as people write it: texts without quotes, references by what they name, nothing where there is none. */
export function readable(raw: string | undefined): string {
  if (raw === undefined || raw === 'null') return '';
  if (raw.startsWith('"')) return JSON.parse(raw) as string;
  if (!raw.startsWith('{')) return raw; // a number keeps its digits
  const value = JSON.parse(raw) as Record<string, unknown>;
  const { id, refName, externalId } = value;
  if (!Object.keys(value).every((k) => reference.has(k)) || typeof (refName ?? id ?? externalId) !== 'string') return raw;
  const names = [typeof externalId === 'string' && `external ID ${externalId}`, typeof id === 'string' && `ID ${id}`].filter(Boolean).join(', ');
  return typeof refName === 'string' ? `${refName}${names && ` (${names})`}` : names;
}
