import { Checkbox, Table } from '@mantine/core';
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

function Row<T>({ index, row, columns, name, selected, onSelect, opens, measure }: Props<T>) {
  return (
    <tr ref={measure} data-index={index} aria-rowindex={index + 2} aria-selected={selected} className={classes.row} data-selected={selected || undefined} data-opens={opens || undefined}>
      {selected !== undefined && (
        <Table.Td>
          <Checkbox size="xs" aria-label={`Select ${name ?? `row ${index + 1}`}`} checked={selected} onChange={(e) => onSelect(index, (e.nativeEvent as MouseEvent).shiftKey)} />
        </Table.Td>
      )}
      {columns.map((c) => (
        <Table.Td key={c.key} ta={c.align} visibleFrom={c.from}>
          {c.cell(row)}
        </Table.Td>
      ))}
    </tr>
  );
}

/** One row. It is drawn anew only when something of it changed. */
export const DataRow = memo(Row) as typeof Row;
