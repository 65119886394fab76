import { Text } from '@mantine/core';
import type { ReactNode } from 'react';

import classes from './facts.module.css';

/** A few figures side by side, each under its name. */
export function Facts({ items }: { items: { label: string; value: ReactNode; bad?: boolean }[] }) {
  return (
    <dl className={classes.facts}>
      {items.map(({ label, value, bad }) => (
        <div key={label}>
          <Text component="dt" size="xs" c="dimmed">
            {label}
          </Text>
          <Text component="dd" m={0} fw={600} c={bad ? 'var(--status-bad)' : undefined} style={{ fontVariantNumeric: 'tabular-nums' }}>
            {value}
          </Text>
        </div>
      ))}
    </dl>
  );
}
