import { Badge, Group, Text, UnstyledButton } from '@mantine/core';

import type { RecordError } from '../../api/schema';
import { Ago } from '../../parts/Ago';
import type { Column } from '../../parts/table/DataTable';
import { classLabel } from './classification';
import classes from './errors.module.css';

/** What people call the record of an error. */
export function recordOf(e: RecordError): string {
  return e.key || `Record ${e.seq}`;
}

/** The columns of the table of errors; a row's name opens it. */
export const columns: Column<RecordError>[] = [
  {
    key: 'record',
    title: 'Record',
    width: 'clamp(108px, 24%, 260px)',
    cell: (e) => (
      <>
        <UnstyledButton className={classes.open} data-row-main aria-label={`Error ${e.id}: ${e.key || e.origin || 'record'}`}>
          {recordOf(e)}
        </UnstyledButton>
        {e.origin && (
          <Text size="xs" c="dimmed" truncate title={e.origin}>
            {e.origin}
          </Text>
        )}
      </>
    ),
  },
  {
    key: 'message',
    title: 'What happened',
    cell: (e) => (
      <>
        <Text size="sm" lineClamp={2} style={{ overflowWrap: 'anywhere' }}>
          {e.message}
        </Text>
        <Group gap={6} mt={2}>
          <Text size="xs" c="dimmed">
            {[classLabel(e.classification), e.assignee && `assigned to ${e.assignee}`, e.retries > 0 && `tried again ${e.retries === 1 ? 'once' : `${e.retries} times`}`].filter(Boolean).join(', ')}
          </Text>
          {e.tags?.map((tag) => (
            <Badge key={tag} size="xs" variant="default" fw={500}>
              {tag}
            </Badge>
          ))}
        </Group>
      </>
    ),
  },
  {
    key: 'flow',
    title: 'Flow and step',
    width: 170,
    from: 'md',
    cell: (e) => (
      <>
        <Text size="sm" truncate title={e.flow}>
          {e.flow}
        </Text>
        <Text size="xs" c="dimmed" truncate title={e.step}>
          {e.step}
        </Text>
      </>
    ),
  },
  { key: 'when', title: 'When', width: 124, from: 'sm', cell: (e) => <Ago at={e.failed_at ?? e.created_at} size="sm" /> },
];
