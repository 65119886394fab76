import { Button, Stack } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconCalendarTime } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';

import type { Flow } from '../../../api/schema';
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
export function SchedulePane({ stored, dirty }: { stored?: Flow; dirty: boolean }) {
  const { flow } = useEditor();
  const side = <Side stored={stored} dirty={dirty} />;
  const following = <Following name={stored?.name ?? flow.name ?? ''} />;
  if (flow.schedule) return <Scheduled side={side} below={following} />;
  return (
    <div className={classes.columns}>
      <Unscheduled />
      <Stack gap="md">
        {side}
        {following}
      </Stack>
    </div>
  );
}

function Unscheduled() {
  const { set, readOnly } = useEditor();
  const begin = (
    <Button leftSection={<IconCalendarTime size={16} aria-hidden />} onClick={() => set(['schedule'], { cron: '0 6 * * *', zone: ownZone() })}>
      Run it on a schedule
    </Button>
  );
  return (
    <Empty title="It runs when somebody starts it" action={!readOnly && begin}>
      With a schedule it runs by itself, at times that you choose in the time zone that you choose, over changes of the clocks too.
    </Empty>
  );
}

function Scheduled({ side, below }: { side: ReactNode; below: ReactNode }) {
  const { flow } = useEditor();
  const schedule = flow.schedule ?? { cron: '', zone: '' };
  const [from, setFrom] = useState('');
  // Each letter would ask the server otherwise.
  const [asked] = useDebouncedValue(`${schedule.cron ?? ''}\n${schedule.zone ?? ''}`, 250);
  const [cron = '', zone = ''] = asked.split('\n');
  const upcoming = useUpcoming(cron, zone, from);
  return (
    <div className={classes.columns}>
      <Stack gap="md">
        <ScheduleForm schedule={schedule} wrong={wrongFields(upcoming.data)} />
        {below}
      </Stack>
      <Stack gap="md">
        <UpcomingTimes upcoming={upcoming} from={from} onFrom={setFrom} />
        {side}
      </Stack>
    </div>
  );
}

/** How what is stored stands: the server knows nothing yet of what is not saved. */
function Side({ stored, dirty }: { stored?: Flow; dirty: boolean }) {
  if (!stored) return null;
  const exports = [...(stored.exports ?? []), ...(stored.export ? [stored.export] : [])].filter((e) => e.delta).map((e) => e.name || 'export');
  return (
    <>
      {stored.schedule && <Standing name={stored.name} dirty={dirty} />}
      {exports.length > 0 && <Watermarks name={stored.name} exports={exports} />}
    </>
  );
}
