import { Text } from '@mantine/core';
import { Fragment, useMemo } from 'react';

import { diff, hunks } from './diff';
import classes from './difference.module.css';

/** Where two texts differ, line by line. */
export function Difference({ title, before, after }: { title: string; before: string; after: string }) {
  const places = useMemo(() => hunks(diff(before, after)), [before, after]);
  return (
    <div>
      <Text size="sm" fw={500} mb={4}>
        {title}
      </Text>
      {places.length === 0 ? (
        <Text size="sm" c="dimmed">
          Nothing: the texts are the same.
        </Text>
      ) : (
        <pre className="json" style={{ maxHeight: 'none' }}>
          {places.map((lines, n) => (
            <Fragment key={n}>
              {n > 0 && <span className={classes.gap}>…</span>}
              {lines.map((l, i) => (
                <span key={i} className={l.sign === '-' ? classes.gone : l.sign === '+' ? classes.come : classes.same}>
                  {`${l.sign} ${l.text}`}
                </span>
              ))}
            </Fragment>
          ))}
        </pre>
      )}
    </div>
  );
}
