import { Text } from '@mantine/core';

import { durationText } from '../../../parts/duration';
import { lanesOf, ticks, type Timed, timed, waitingAt } from './lanes';
import { outcomeOf, titleOf } from './request';
import classes from './requests.module.css';
import type { RunRequest } from '../../../api/schema';

const moments = 120;

/** Requests as bars over time, those of each connection in as many lanes as were under way at once. Who waited is counted among all that are known. What it shows stands in the table too. */
export function Lanes({ items, known, begun, slow }: { items: RunRequest[]; known: RunRequest[]; begun: number; slow: number }) {
  const all = items.map(timed);
  const around = known.map(timed);
  const from = Math.min(...all.map((i) => i.sent));
  const until = Math.max(...all.map((i) => i.ended), from + 10);
  const span = until - from;
  const connections = [...new Set(items.map((i) => i.connection))].sort();
  const percent = (n: number) => `${(n / span) * 100}%`;
  return (
    <figure className={classes.figure} role="img" aria-label={`${items.length} requests over ${durationText(span)}, beginning ${durationText(Math.max(from - begun, 0))} into the run. The table has each of them.`}>
      {connections.map((name) => {
        const own = all.filter((i) => i.request.connection === name);
        return (
          <div key={name} className={classes.connection}>
            <Text size="xs" fw={600} className={classes.label}>
              {name}
            </Text>
            <div className={classes.lanes}>
              <div className={classes.grid} aria-hidden>
                {ticks(span).map((t) => (
                  <span key={t} style={{ left: percent(t) }} />
                ))}
              </div>
              <Waiting items={around.filter((i) => i.request.connection === name)} from={from} until={until} />
              {lanesOf(own).map((lane, n) => (
                <div key={n} className={classes.lane}>
                  {lane.map((i) => (
                    <Bar key={`${i.sent} ${i.request.path ?? ''} ${i.request.attempt}`} item={i} from={from} span={span} slow={slow} />
                  ))}
                </div>
              ))}
            </div>
          </div>
        );
      })}
      <div className={classes.axis} aria-hidden>
        {ticks(span).map((t) => (
          <span key={t} style={{ left: percent(t) }}>
            {durationText(Math.max(from - begun, 0) + t)}
          </span>
        ))}
      </div>
    </figure>
  );
}

function Bar({ item, from, span, slow }: { item: Timed; from: number; span: number; slow: number }) {
  return (
    <span
      className={classes.piece}
      data-outcome={outcomeOf(item.request, slow)}
      title={titleOf(item.request)}
      style={{ left: `${((item.sent - from) / span) * 100}%`, width: `${((item.ended - item.sent) / span) * 100}%` }}
    />
  );
}

/** How many waited for a slot, as a skyline above the lanes. */
function Waiting({ items, from, until }: { items: Timed[]; from: number; until: number }) {
  if (items.every((i) => i.sent - i.asked < 1)) return null;
  const counts = waitingAt(items, from, until, moments);
  const most = Math.max(...counts, 1);
  const line = counts.map((n, i) => `${(i / moments) * 100},${24 - (n / most) * 22} ${((i + 1) / moments) * 100},${24 - (n / most) * 22}`).join(' ');
  return (
    <div className={classes.waiting} title={`At most ${most} waited for a slot`}>
      <svg viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden>
        <polygon points={`0,24 ${line} 100,24`} />
      </svg>
      <Text size="xs" span>
        {most} waited
      </Text>
    </div>
  );
}
