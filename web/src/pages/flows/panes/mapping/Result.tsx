import { Text } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';

import { Explain } from '../../../../parts/Explain';
import { Json } from '../../../../parts/Json';
import classes from './mapping.module.css';
import type { Outcome } from './useEvaluation';

/** What comes of the mapping with the record that is shown. */
export function Result({ outcome, error, isStale, hasRecord }: { outcome: Outcome | undefined; error: unknown; isStale: boolean; hasRecord: boolean }) {
  const problems = outcome?.problems ?? [];
  return (
    <section className={classes.result} aria-label="Result" aria-busy={isStale}>
      <Text component="h3" size="sm" fw={600} mb={6}>
        Result
      </Text>
      <div style={{ opacity: isStale ? 0.6 : undefined }}>
        {error ? <Explain error={error} title="The mapping could not be tried" /> : null}
        {outcome?.deleted && (
          <Text size="sm" c="dimmed">
            <IconTrash size={14} aria-hidden /> The mapping leaves this record out.
          </Text>
        )}
        {outcome?.raw && <Json raw={outcome.raw} label="Result" />}
        {!outcome?.raw && !outcome?.deleted && !error && (
          <Text size="sm" c="dimmed">
            {problems.length > 0 ? 'There is a result once the mapping has no mistake.' : hasRecord ? 'What the mapping makes of the record shows here.' : 'With a record, what the mapping makes of it shows here.'}
          </Text>
        )}
      </div>
    </section>
  );
}
