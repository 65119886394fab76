import { Button, Card, Group, Select, Stack, Switch, Text, Title } from '@mantine/core';
import { IconCalendarOff } from '@tabler/icons-react';
import { useState } from 'react';

import type { Schedule } from '../../../api/schema';
import { schemaAt } from '../../../flow/schema';
import { useEditor } from '../editor';
import { clockIn, ownZone, zones } from './moment';
import { RepeatFields } from './RepeatFields';
import { choiceOf } from './repeats';
import classes from './schedule.module.css';
import { inWords } from './words';

interface Props {
  schedule: Partial<Schedule>;
  /** What the server finds wrong with what stands on the page now. */
  wrong: Partial<Record<string, string>>;
}

/** When the flow runs, in the flow's file. */
export function ScheduleForm({ schedule, wrong }: Props) {
  const { set, problems, readOnly, schema } = useEditor();
  const [own, setOwn] = useState(() => choiceOf(schedule.cron).repeat === 'own');
  const help = (key: string) => schemaAt(schema, 'schedule')?.properties?.[key]?.description;
  const cron = schedule.cron ?? '';
  const zone = schedule.zone ?? '';
  const words = wrong.cron ? undefined : inWords(cron);
  const now = zone && clockIn(zone);
  return (
    <Card padding="lg" component="section" aria-labelledby="schedule-when">
      <Stack gap="md">
        <Group justify="space-between" gap="sm">
          <Title order={2} size="h4" id="schedule-when">
            When it runs
          </Title>
          {!readOnly && (
            <Button size="xs" variant="subtle" color="gray" leftSection={<IconCalendarOff size={14} aria-hidden />} onClick={() => set(['schedule'], undefined)}>
              Remove the schedule
            </Button>
          )}
        </Group>
        <RepeatFields cron={cron} own={own} onOwn={setOwn} readOnly={readOnly} help={help('cron')} error={problems['schedule.cron'] ?? (cron ? wrong.cron : undefined)} onCron={(c) => set(['schedule', 'cron'], c)} />
        <ZoneField value={zone} now={now} readOnly={readOnly} error={problems['schedule.zone'] ?? wrong.zone} onChange={(z) => set(['schedule', 'zone'], z)} />
        <div className={classes.words} aria-live="polite">
          {words ? (
            <>
              <Text fw={600}>{words}</Text>
              <Text size="sm" c="dimmed">
                <code>{cron}</code> by the clocks of {zone || 'no zone yet'}
              </Text>
            </>
          ) : (
            <Text c="dimmed">The expression is not complete.</Text>
          )}
        </div>
        <Select
          label="Times that passed while no server ran"
          description={help('missed')}
          data={[
            { value: 'once', label: 'One run makes up for all of them' },
            { value: 'skip', label: 'Wait for the next time' },
          ]}
          value={schedule.missed || 'once'}
          allowDeselect={false}
          readOnly={readOnly}
          error={problems['schedule.missed']}
          onChange={(v) => set(['schedule', 'missed'], v === 'skip' ? v : undefined)}
        />
        <Switch label="Queue a run while one has not ended" description={help('overlap')} checked={schedule.overlap === true} disabled={readOnly} onChange={(e) => set(['schedule', 'overlap'], e.currentTarget.checked || undefined)} />
        <Switch label="Paused in the flow's file" description="Stays so when the file is applied. To pause it for a while, use Pause." checked={schedule.paused === true} disabled={readOnly} onChange={(e) => set(['schedule', 'paused'], e.currentTarget.checked || undefined)} />
      </Stack>
    </Card>
  );
}

function ZoneField({ value, now, error, readOnly, onChange }: { value: string; now?: string; error?: string; readOnly: boolean; onChange: (zone: string) => void }) {
  const list = zones();
  const mine = ownZone();
  const rest = list.filter((z) => z !== mine && z !== 'UTC');
  const near = [...new Set([mine, 'UTC'])];
  if (value && !list.includes(value)) near.push(value);
  return (
    <Select
      label="Time zone"
      required
      description={now ? `There it is ${now} now.` : 'By whose clocks the times are meant.'}
      data={[
        { group: 'Near', items: near },
        { group: 'All', items: rest },
      ]}
      searchable
      limit={60}
      nothingFoundMessage="No zone has this in its name"
      value={value || null}
      error={error}
      readOnly={readOnly}
      allowDeselect={false}
      onChange={(v) => v && onChange(v)}
    />
  );
}
