import { useColumns, useRecord } from '../../../../api/metadata';
import type { RecordField } from '../../../../api/schema';
import { plainPath, type Target } from '../../../../flow/mapped';

/** The fields of what a mapping makes, as its import's other side describes them. */
export function useTargets(target: Target | undefined) {
  const record = useRecord(target?.connection, target?.record);
  const columns = useColumns(target?.connection, target?.table);
  const ofTable = columns.data?.items.map((c): RecordField => ({ name: c.name, label: c.label ?? c.name, type: 'text', of: c.type, mandatory: c.mandatory }));
  const fields = record.data?.fields ?? ofTable;
  const label = target?.record ? (record.data?.label ?? target.record) : target?.table;
  return { fields, label, isLoading: record.isLoading || columns.isLoading, error: record.error ?? columns.error };
}

/** A field with what is known of the mapping: it is mapped, or missing. */
export interface Standing {
  field: RecordField;
  path: string;
  mapped: boolean;
  missing: boolean;
  within?: Standing[];
}

/** Tells of each field whether the paths that are mapped have it. A sublist's fields are missing where the sublist is mapped without them. */
export function standingOf(fields: RecordField[], paths: string[], makes: boolean, within = ''): Standing[] {
  const plain = new Set(paths.map(plainPath));
  return fields.map((field): Standing => {
    const path = within ? `${within}.${field.name}` : field.name;
    const at = plainPath(path);
    const mapped = plain.has(at) || [...plain].some((p) => p.startsWith(`${at}.`));
    const asked = within === '' || plain.has(plainPath(within)) || [...plain].some((p) => p.startsWith(`${plainPath(within)}.`));
    return { field, path, mapped, missing: makes && asked && !mapped && field.mandatory === true, within: field.fields ? standingOf(field.fields, paths, makes, path) : undefined };
  });
}

/** All that is missing, sublists' fields too. */
export function missingIn(list: Standing[]): Standing[] {
  return list.flatMap((s) => [...(s.missing ? [s] : []), ...(s.within ? missingIn(s.within) : [])]);
}

/** The fields below a path of names: root.item.items. is the lines of item. */
export function fieldsBelow(fields: RecordField[], path: string[]): RecordField[] {
  let at: RecordField[] | null | undefined = fields;
  for (const name of path) {
    if (name === 'items') continue;
    at = at?.find((f) => f.name.toLowerCase() === name.toLowerCase())?.fields;
  }
  return at ?? [];
}
