import { Alert, Badge, Button, Card, Group, List, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconClockExclamation, IconClockHour4 } from '@tabler/icons-react';
import { keepPreviousData } from '@tanstack/react-query';

import { query } from '../../../api/client';
import { sentence } from '../../../api/problems';
import type { ClockChange, DueTime, Upcoming } from '../../../api/schema';
import { Explain } from '../../../parts/Explain';
import { PageSkeleton } from '../../../parts/PageSkeleton';
import { dayBefore, shown } from './moment';
import classes from './schedule.module.css';

const marks: Record<NonNullable<DueTime['mark']>, string> = { skipped: 'Left out by the clocks', once: 'Shown twice', first: 'First of two', second: 'Second of two' };

/** When a schedule comes due, as it stands on the page. */
export function useUpcoming(cron: string, zone: string, from: string) {
  const body = { cron, zone, count: 5, ...(from && { from: `${from}T00:00:00Z` }) };
  return query.useQuery('post', '/api/v1/schedules/next', { body }, { placeholderData: keepPreviousData, retry: false });
}

/** What is wrong with a schedule, by the name of the field. */
export function wrongFields(data: Upcoming | undefined): Partial<Record<string, string>> {
  return Object.fromEntries((data?.problems ?? []).map((p) => [p.path, sentence(p)]));
}

interface Props {
  upcoming: ReturnType<typeof useUpcoming>;
  from: string;
  onFrom: (from: string) => void;
}

/** The next five times, and what the next changes of the clocks make of the schedule. */
export function UpcomingTimes({ upcoming, from, onFrom }: Props) {
  const { data, error, isPending } = upcoming;
  return (
    <Card padding="lg" component="section" aria-labelledby="schedule-next">
      <Stack gap="md">
        <Group justify="space-between" align="flex-end" gap="sm">
          <Title order={2} size="h4" id="schedule-next">
            The next five times
          </Title>
          <Group gap="xs" align="flex-end">
            <TextInput type="date" size="xs" label="From" value={from} onChange={(e) => onFrom(e.currentTarget.value)} />
            <Button size="xs" variant="default" disabled={!from} onClick={() => onFrom('')}>
              Now
            </Button>
          </Group>
        </Group>
        <Explain error={error} title="The times cannot be told" />
        <div aria-live="polite" className={classes.times}>
          {isPending && !error && <PageSkeleton rows={2} />}
          {data && data.problems.length > 0 && (
            <Text c="dimmed" size="sm">
              They are shown here when the schedule can be read.
            </Text>
          )}
          {data && data.times.length > 0 && <TimeList times={data.times} />}
        </div>
        {data && data.changes.length > 0 && (
          <Stack gap="xs">
            <Title order={3} size="h5">
              When the clocks are set
            </Title>
            {data.changes.map((c) => (
              <ChangeOfClocks key={c.at} change={c} onShow={() => onFrom(dayBefore(dayBefore(c.at)))} />
            ))}
          </Stack>
        )}
        {data && data.problems.length === 0 && data.changes.length === 0 && !isPending && (
          <Text size="sm" c="dimmed">
            The clocks of this zone are not set forward or back in the next year.
          </Text>
        )}
      </Stack>
    </Card>
  );
}

function TimeList({ times }: { times: DueTime[] }) {
  return (
    <ol className={classes.list} aria-label="The next five times">
      {times.map((t) => (
        <OneTime key={t.at} time={t} />
      ))}
    </ol>
  );
}

function OneTime({ time }: { time: DueTime }) {
  const { day, time: clock, offset } = shown(time.at);
  return (
    <li className={classes.time} data-marked={time.mark ? true : undefined}>
      <time dateTime={time.at} className={classes.when}>
        <span>{day}</span>
        <strong>{clock}</strong>
        <span className={classes.offset}>{offset}</span>
      </time>
      {time.mark && (
        <Badge className={classes.mark} leftSection={<IconClockExclamation size={13} aria-hidden />}>
          {marks[time.mark]}
        </Badge>
      )}
      {time.note && (
        <Text size="sm" className={classes.note}>
          {time.note}
        </Text>
      )}
    </li>
  );
}

function ChangeOfClocks({ change, onShow }: { change: ClockChange; onShow: () => void }) {
  const { day } = shown(change.at);
  const touched = change.times.filter((t) => t.note);
  const way = change.minutes > 0 ? 'forward' : 'back';
  return (
    <Alert color={touched.length ? 'yellow' : 'gray'} icon={<IconClockHour4 aria-hidden />} title={`${day}: ${way} from ${change.from} to ${change.to}`}>
      {touched.length === 0 ? (
        <Text size="sm">No time of this schedule is left out or shown twice.</Text>
      ) : (
        <List size="sm" listStyleType="none">
          {touched.map((t) => (
            <List.Item key={t.at}>
              <strong>
                {shown(t.at).time} {shown(t.at).offset}
              </strong>
              : {t.note}
            </List.Item>
          ))}
        </List>
      )}
      <Button size="compact-sm" variant="subtle" mt={4} ml={-8} onClick={onShow} aria-label={`Show the times around ${day}`}>
        Show the times around it
      </Button>
    </Alert>
  );
}
