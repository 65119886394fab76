import { memo } from 'react';

import type { Column } from './DataTable';
import classes from './table.module.css';

interface Props<T> {
  index: number;
  row: T;
  columns: Column<T>[];
  name?: string;
  /** Undefined where rows cannot be selected. */
  selected?: boolean;
  onSelect: (index: number, range: boolean) => void;
  opens: boolean;
  measure: (row: HTMLElement | null) => void;
}

/** The class by which Mantine shows something on screens from a size. */
export function from(size: Column<unknown>['from']): string | undefined {
  return size && `mantine-visible-from-${size}`;
}

// Plain elements: a screen has many rows, and scrolling draws them again and again.
function Row<T>({ index, row, columns, name, selected, onSelect, opens, measure }: Props<T>) {
  return (
    <tr ref={measure} data-index={index} aria-rowindex={index + 2} aria-selected={selected} className={classes.row} data-selected={selected || undefined} data-opens={opens || undefined}>
      {selected !== undefined && (
        <td>
          <input type="checkbox" className={classes.box} aria-label={`Select ${name ?? `row ${index + 1}`}`} checked={selected} onChange={(e) => onSelect(index, (e.nativeEvent as MouseEvent).shiftKey)} />
        </td>
      )}
      {columns.map((c) => (
        <td key={c.key} align={c.align} className={from(c.from)}>
          {c.cell(row)}
        </td>
      ))}
    </tr>
  );
}

/** One row. It is drawn anew only when something of it changed. */
export const DataRow = memo(Row) as typeof Row;
