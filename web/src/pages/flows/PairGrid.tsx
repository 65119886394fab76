import { ActionIcon, Button, Input, Stack, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { type ClipboardEvent, useId, useState } from 'react';

import { type Pair, pairsIn, wholePairs } from '../../flow/pairs';
import classes from './grid.module.css';

interface Props {
  label: string;
  description?: string;
  required?: boolean;
  readOnly?: boolean;
  error?: string;
  value: unknown;
  onChange: (value: Record<string, string> | undefined) => void;
}

/** Names and what they stand for, row by row. A row that lacks either stays on the page until it is whole. */
export function PairGrid({ label, description, required, readOnly, error, value, onChange }: Props) {
  const [rows, setRows] = useState<Pair[]>(() => Object.entries((value ?? {}) as Record<string, string>).map(([name, of]) => [name, String(of)]));
  const id = useId();
  const take = (next: Pair[]) => {
    setRows(next);
    onChange(wholePairs(next));
  };
  const enter = (n: number, side: 0 | 1, text: string) => take(rows.map((r, i): Pair => (i !== n ? r : side === 0 ? [text, r[1]] : [r[0], text])));
  // Cells of a spreadsheet, or lines of a file, become rows.
  const paste = (n: number, e: ClipboardEvent) => {
    const pasted = pairsIn(e.clipboardData.getData('text'));
    if (pasted.length === 0) return;
    e.preventDefault();
    take([...rows.slice(0, n), ...pasted, ...rows.slice(n + (rows[n]?.[0] === '' ? 1 : 0))]);
  };
  return (
    <Input.Wrapper label={label} description={description} required={required} error={error} labelElement="div" labelProps={{ id }} role="group" aria-labelledby={id}>
      <Stack gap={6} mt={4}>
        {rows.map(([name, of], n) => (
          <div key={n} className={classes.pair}>
            <TextInput aria-label={`${label}: name ${n + 1}`} classNames={{ input: classes.code }} value={name} readOnly={readOnly} spellCheck={false} onPaste={(e) => paste(n, e)} onChange={(e) => enter(n, 0, e.currentTarget.value)} />
            <TextInput aria-label={`${label}: value ${n + 1}`} classNames={{ input: classes.code }} value={of} readOnly={readOnly} spellCheck={false} onChange={(e) => enter(n, 1, e.currentTarget.value)} />
            {!readOnly && (
              <ActionIcon variant="subtle" color="gray" aria-label={`Remove ${name || `row ${n + 1}`}`} onClick={() => take(rows.filter((_, i) => i !== n))}>
                <IconTrash size={16} aria-hidden />
              </ActionIcon>
            )}
          </div>
        ))}
        {!readOnly && (
          <div>
            <Button variant="default" size="xs" leftSection={<IconPlus size={14} aria-hidden />} aria-label={`Add a row: ${label}`} onClick={() => setRows([...rows, ['', '']])}>
              Add a row
            </Button>
          </div>
        )}
      </Stack>
    </Input.Wrapper>
  );
}
