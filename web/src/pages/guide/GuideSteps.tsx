import { Progress, Stack, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';

import type { Candidate, Guide } from '../../api/schema';
import classes from './guide.module.css';
import { GuideStep } from './GuideStep';
import { useProgress } from './progress';
import { stepOf } from './steps';

interface Props {
  guide: Guide;
  /** Whose progress it is: a connection's name. */
  connection: string;
  /** The field of the form that has the focus. */
  field?: string;
  /** The step to open at first, where something led to it. */
  first?: string;
  suspects?: Candidate[];
  onField?: (field: string) => void;
}

/** The guide's steps with a tick each. The first that is not done is open. */
export function GuideSteps({ guide, connection, field, first, suspects = [], onField }: Props) {
  const { done, tick } = useProgress(connection, guide.auth);
  const next = guide.steps.find((s) => !done.has(s.id) && !s.optional)?.id;
  const [opened, setOpened] = useState<string | null | undefined>(first);
  const active = stepOf(guide.steps, field);
  const suspect = suspects.find((c) => c.step)?.step;
  const list = useRef<HTMLOListElement>(null);

  // What was pointed at last is open: a field of the form, the doctor's verdict, or a click.
  const [pointed, setPointed] = useState({ active, suspect });
  if (pointed.active !== active || pointed.suspect !== suspect) {
    setPointed({ active, suspect });
    if (suspect && pointed.suspect !== suspect) setOpened(suspect);
    else if (active) setOpened(active);
  }
  const open = opened === undefined ? next : opened;
  useEffect(() => {
    if (opened) showWithin(list.current, opened);
  }, [opened]);

  const required = guide.steps.filter((s) => !s.optional);
  const finished = required.filter((s) => done.has(s.id)).length;
  return (
    <Stack gap="xs">
      <div>
        <Text size="xs" c="dimmed" mb={4} aria-live="polite">
          {finished} of {required.length} steps done
        </Text>
        <Progress value={(100 * finished) / required.length} size="sm" aria-label="Steps done" />
      </div>
      <ol className={classes.steps} ref={list}>
        {guide.steps.map((s) => (
          <GuideStep
            key={s.id}
            step={s}
            done={done.has(s.id)}
            open={open === s.id}
            active={active === s.id}
            suspicion={suspects.find((c) => c.step === s.id)?.why}
            onTick={(on) => {
              tick(s.id, on);
              // The next one opens by itself when the one in work is done.
              if (on && open === s.id) setOpened(undefined);
            }}
            onToggle={() => setOpened(open === s.id ? null : s.id)}
            onField={onField}
          />
        ))}
      </ol>
    </Stack>
  );
}

/** Scrolls the side column to a step, and never the page, which would move the form away. */
function showWithin(list: HTMLElement | null, step: string) {
  const column = list?.closest<HTMLElement>('[data-guide-column]');
  const item = list?.querySelector<HTMLElement>(`#step-${CSS.escape(step)}`);
  if (!column || !item || column.scrollHeight <= column.clientHeight) return;
  const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  column.scrollTo({ top: item.offsetTop - column.offsetTop - 12, behavior: still ? 'auto' : 'smooth' });
}
