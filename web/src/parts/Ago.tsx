import { Text, type TextProps } from '@mantine/core';
import { useSyncExternalStore } from 'react';

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const exact = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' });

/** How long ago, or how far ahead, in the largest unit that fits. */
export function agoText(at: Date, now: Date): string {
  const seconds = Math.round((at.getTime() - now.getTime()) / 1000);
  for (const [unit, length] of steps) {
    if (Math.abs(seconds) >= length) return relative.format(Math.trunc(seconds / length), unit);
  }
  return seconds > 0 ? 'in a moment' : 'just now';
}

/** A moment as people say it; the exact time appears when pointing at it. */
export function Ago({ at, none = 'never', ...text }: { at?: string; none?: string } & TextProps) {
  if (!at) return <Text span inherit={text.size === undefined} {...text}>{none}</Text>;
  return (
    <Text span inherit={text.size === undefined} {...text}>
      <AgoTime at={at} />
    </Text>
  );
}

const tick = 20_000;
const watching = new Set<() => void>();
let clock: ReturnType<typeof setInterval> | undefined;

/** Calls from time to time; all that watch share one clock. */
function watchClock(changed: () => void): () => void {
  watching.add(changed);
  clock ??= setInterval(() => watching.forEach((f) => f()), tick);
  return () => {
    watching.delete(changed);
    if (watching.size > 0) return;
    clearInterval(clock);
    clock = undefined;
  };
}

// It follows the clock by itself: rows of long tables are drawn anew only when something of theirs changed.
function AgoTime({ at }: { at: string }) {
  const date = new Date(at);
  const text = useSyncExternalStore(watchClock, () => agoText(date, new Date()));
  return (
    <time dateTime={at} title={exact.format(date)}>
      {text}
    </time>
  );
}

/** A moment to the second. */
export function exactText(at: string): string {
  return exact.format(new Date(at));
}
