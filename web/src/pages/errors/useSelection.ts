import { useMemo, useState } from 'react';

import type { ErrorIDs, RecordError } from '../../api/schema';
import type { Filter } from './filter';

/** What an action is for: errors by number or by filter, and how many these are. */
export interface Chosen {
  errors: ErrorIDs;
  count: number;
}

/** One error, as an action takes it. */
export function oneError(id: number): Chosen {
  return { errors: { ids: [id] }, count: 1 };
}

const none: ReadonlySet<number> = new Set();

/** Which errors are selected: some of the rows, or all that match the filter as they were when that was said. */
export function useSelection(rows: RecordError[] | undefined, filter: Filter, total: number) {
  const [selected, setSelected] = useState(none);
  // The number above all that are meant: what comes later is not.
  const [before, setBefore] = useState<number>();
  // What has left the list is selected no more.
  const shown = useMemo(() => {
    if (!rows) return none;
    if (before !== undefined) return new Set(rows.filter((e) => e.id < before).map((e) => e.id));
    return selected.size === 0 ? none : new Set(rows.filter((e) => selected.has(e.id)).map((e) => e.id));
  }, [rows, selected, before]);
  const select = (ids: ReadonlySet<number>) => {
    setBefore(undefined);
    setSelected(ids);
  };
  const everything = before !== undefined;
  const chosen: Chosen = everything ? { errors: { filter: { ...filter, before } }, count: total } : { errors: { ids: [...shown] }, count: shown.size };
  return {
    chosen,
    shown,
    everything,
    /** Whether all rows are selected and there are more that match. */
    offersAll: !everything && !!rows && rows.length > 0 && shown.size === rows.length && total > rows.length,
    select,
    selectAll: () => setBefore((rows?.[0]?.id ?? 0) + 1),
    clear: () => select(none),
  };
}

export type Selection = ReturnType<typeof useSelection>;
