/**
 * What is selected after a click on the row at an index: the row changes, and with a
 * row to start from all between the two become what the row becomes.
 */
export function afterClick<ID>(ids: ID[], selected: ReadonlySet<ID>, index: number, from?: number): ReadonlySet<ID> {
  const id = ids[index];
  if (id === undefined) return selected;
  const on = !selected.has(id);
  const next = new Set(selected);
  const start = from ?? index;
  for (const other of ids.slice(Math.min(start, index), Math.max(start, index) + 1)) {
    if (on) next.add(other);
    else next.delete(other);
  }
  return next;
}
