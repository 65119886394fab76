import { Button, Stack } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconCalendarTime } from '@tabler/icons-react';
import { useState } from 'react';

import { Empty } from '../../../parts/Empty';
import { useEditor } from '../editor';
import { Following } from './Following';
import { ownZone } from './moment';
import { ScheduleForm } from './ScheduleForm';
import { Standing } from './Standing';
import { UpcomingTimes, useUpcoming, wrongFields } from './UpcomingTimes';
import { Watermarks } from './Watermarks';
import classes from './schedule.module.css';

/** When the flow runs by itself, what it reads then, and which flows follow. */
export function SchedulePane({ stored, dirty }: { stored?: string; dirty: boolean }) {
  const { flow, set, readOnly } = useEditor();
  const { schedule } = flow;
  const side = <Side stored={stored} dirty={dirty} scheduled={!!schedule} />;
  if (!schedule) {
    return (
      <div className={classes.columns}>
        <Empty
          title="It runs when somebody starts it"
          action={
            !readOnly && (
              <Button leftSection={<IconCalendarTime size={16} aria-hidden />} onClick={() => set(['schedule'], { cron: '0 6 * * *', zone: ownZone() })}>
                Run it on a schedule
              </Button>
            )
          }
        >
          With a schedule it runs by itself, at times that you choose in the time zone that you choose, over changes of the clocks too.
        </Empty>
        {side}
      </div>
    );
  }
  return <Scheduled side={side} />;
}

function Scheduled({ side }: { side: React.ReactNode }) {
  const { flow } = useEditor();
  const schedule = flow.schedule ?? { cron: '', zone: '' };
  const [from, setFrom] = useState('');
  // Each letter would ask the server otherwise.
  const [asked] = useDebouncedValue(`${schedule.cron ?? ''}\n${schedule.zone ?? ''}`, 250);
  const [cron = '', zone = ''] = asked.split('\n');
  const upcoming = useUpcoming(cron, zone, from);
  return (
    <div className={classes.columns}>
      <ScheduleForm schedule={schedule} wrong={wrongFields(upcoming.data)} />
      <Stack gap="md">
        <UpcomingTimes upcoming={upcoming} from={from} onFrom={setFrom} />
        {side}
      </Stack>
    </div>
  );
}

function Side({ stored, dirty, scheduled }: { stored?: string; dirty: boolean; scheduled: boolean }) {
  const { flow } = useEditor();
  const exports = [...(flow.exports ?? []), ...(flow.export ? [flow.export] : [])].filter((e) => e.delta).map((e) => e.name || 'export');
  return (
    <Stack gap="md">
      {stored && scheduled && <Standing name={stored} dirty={dirty} />}
      {stored && exports.length > 0 && <Watermarks name={stored} exports={exports} />}
      <Following name={stored ?? flow.name ?? ''} />
    </Stack>
  );
}
