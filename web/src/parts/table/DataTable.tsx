import { Fragment, type ReactNode, useCallback, useEffect, useRef } from 'react';

import { DataRow, from } from './DataRow';
import { LoadMore, type MoreRows } from './LoadMore';
import { afterClick } from './selection';
import classes from './table.module.css';
import { useRowFocus } from './useRowFocus';
import { useVirtualRows } from './useVirtualRows';

/** What tells rows apart. */
export type RowID = number | string;

/** A column of a DataTable. Keep the list of columns the same object between renders: rows are drawn anew only when something of theirs changed. */
export interface Column<T> {
  key: string;
  title: ReactNode;
  /** Of the column, as CSS has it; columns without share what is left. */
  width?: number | string;
  align?: 'right';
  /** Screens that are smaller do not show the column. */
  from?: 'sm' | 'md' | 'lg';
  cell: (row: T) => ReactNode;
}

export interface DataTableProps<T, ID extends RowID> {
  /** What the rows are, for who listens. */
  label: string;
  columns: Column<T>[];
  rows: T[];
  /** A number or name of a row that is its own. */
  idOf: (row: T) => ID;
  /** What a row is called where it is selected. */
  nameOf?: (row: T) => string;
  /** With these, rows can be selected; shift selects all between two clicks. */
  selected?: ReadonlySet<ID>;
  onSelect?: (ids: ReadonlySet<ID>) => void;
  /** A click in a row, or on its own button. Give a row's own button or link the attribute data-row-main: keys move between these. */
  onOpen?: (row: T) => void;
  /** Keys of the page besides j, k and x, with the row that has the focus. */
  keys?: Record<string, (row: T | undefined) => void>;
  /** How many rows there are in all, where not all are loaded. */
  total?: number;
  more?: MoreRows;
  /** Of one row in pixels, before it was measured. */
  rowHeight?: number;
}

/**
 * A table that stays fast with very many rows: it draws those that can be seen. The
 * page scrolls, not the table. j and k go from row to row, x selects.
 */
export function DataTable<T, ID extends RowID>(props: DataTableProps<T, ID>) {
  const { label, columns, rows, idOf, nameOf, selected, onSelect, total = rows.length } = props;
  // A list of which nobody knows how long it is says so, as ARIA has it.
  const counted = props.total === undefined && props.more?.hasNextPage ? -1 : total + 1;
  const body = useRef<HTMLTableSectionElement>(null);
  const { items, after, measure, reveal, keep } = useVirtualRows(body, rows.length, props.rowHeight ?? 61, (i) => idOf(rows[i] as T));
  const select = useSelect(props);
  useRowFocus({ body, rows, reveal, keep, keys: props.keys, onToggle: onSelect && select, onOpen: props.onOpen });
  const count = selected?.size ?? 0;
  const all = rows.length > 0 && count >= rows.length;
  return (
    <>
      <div className={classes.frame}>
        <table className={classes.table} aria-label={label} aria-rowcount={counted}>
          <thead className={classes.head}>
            <tr aria-rowindex={1}>
              {onSelect && (
                <th style={{ width: 44 }}>
                  <AllBox all={all} some={count > 0} onChange={() => onSelect(new Set(all ? [] : rows.map(idOf)))} />
                </th>
              )}
              {columns.map((c) => (
                <th key={c.key} align={c.align ?? 'left'} style={{ width: c.width }} className={from(c.from)}>
                  {c.title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody ref={body}>
            {items.map(({ index, gap = 0 }) => {
              const row = rows[index] as T;
              const id = idOf(row);
              return (
                <Fragment key={id}>
                  <Space height={gap} />
                  <DataRow index={index} row={row} columns={columns} name={nameOf?.(row)} selected={onSelect && (selected?.has(id) ?? false)} onSelect={select} opens={!!props.onOpen} measure={measure} />
                </Fragment>
              );
            })}
            <Space height={after} />
          </tbody>
        </table>
      </div>
      {props.more && <LoadMore shown={rows.length} total={total} list={props.more} />}
    </>
  );
}

/** Selects all rows; it is half-way where some are. */
function AllBox({ all, some, onChange }: { all: boolean; some: boolean; onChange: () => void }) {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current) box.current.indeterminate = some && !all;
  }, [some, all]);
  return <input ref={box} type="checkbox" className={classes.box} aria-label="Select all" checked={all} onChange={onChange} />;
}

/** What a click on the box of a row selects. It stays the same function, so that rows are not drawn for it. */
function useSelect<T, ID extends RowID>({ rows, idOf, selected, onSelect }: DataTableProps<T, ID>) {
  const latest = useRef({ rows, idOf, selected, onSelect });
  const last = useRef<number | undefined>(undefined);
  useEffect(() => {
    latest.current = { rows, idOf, selected, onSelect };
  });
  return useCallback((index: number, range: boolean) => {
    const now = latest.current;
    const ids = now.rows.map(now.idOf);
    now.onSelect?.(afterClick(ids, now.selected ?? new Set(), index, range ? last.current : undefined));
    last.current = index;
  }, []);
}

/** Stands for the rows that are not drawn. It spans no columns: those that the screen hides would come back. */
function Space({ height }: { height: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden className={classes.space}>
      <td style={{ height }} />
    </tr>
  );
}
