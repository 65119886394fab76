import { Group, Text } from '@mantine/core';

import type { Slots } from '../api/schema';
import classes from './slots.module.css';

/** More squares than these would say less than the number does. */
const most = 40;

/** An account's request slots as squares: those in use, those that are free, and those that refusals have taken for now. */
export function SlotBar({ slots: s }: { slots: Slots }) {
  const own = s.own_in_use ?? 0;
  const count = Math.min(Math.max(s.limit, s.in_use), most);
  const kind = (n: number) => (n < own ? 'own' : n < s.in_use ? 'used' : n < s.allowance ? 'free' : 'taken');
  return (
    <Group gap="sm" className={classes.bar}>
      <span className={classes.squares} aria-hidden>
        {Array.from({ length: count }, (_, n) => (
          <span key={n} className={classes.square} data-kind={kind(n)} />
        ))}
      </span>
      <Text size="sm" span style={{ fontVariantNumeric: 'tabular-nums' }}>
        {s.in_use} of {s.limit} in use
        {own > 0 && own < s.in_use && `, ${own} by this flow`}
        {s.waiting > 0 && (
          <Text span inherit c="var(--status-warn)" fw={550}>
            {`, ${s.waiting} ${s.waiting === 1 ? 'waits' : 'wait'}`}
            {(s.own_waiting ?? 0) > 0 && (s.own_waiting ?? 0) < s.waiting && ` (${s.own_waiting} of this flow)`}
          </Text>
        )}
      </Text>
    </Group>
  );
}
