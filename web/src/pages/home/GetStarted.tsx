import { Button, Card, Text, ThemeIcon, Title } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { Link } from 'react-router';

import type { Connection } from '../../api/schema';
import { useMay } from '../../session';
import classes from './home.module.css';

/** The way from a new server to the first run, with what is done already. */
export function GetStarted({ connections, flows }: { connections: Connection[]; flows: string[] }) {
  const edits = useMay('connections.edit');
  const runs = useMay('runs.control');
  const netsuite = connections.some((c) => c.kind === 'netsuite');
  const both = netsuite && connections.length > 1;
  const steps = [
    { title: 'Connect NetSuite', about: 'The set-up guide stands beside the form, and Test connection tells what works.', done: netsuite, to: '/connections/new?application=netsuite', action: 'Create connection', may: edits },
    { title: 'Connect the other side', about: 'A database, an HTTP service or a folder of files.', done: both, to: '/connections/new', action: 'Create connection', may: edits },
    { title: 'Create a flow', about: 'Choose what to read, what to do with it and where it goes. A preview shows what would happen.', done: flows.length > 0, to: '/flows/new', action: 'Create flow', may: edits },
    { title: 'Run it', about: 'See the records move. One that does not get through is kept until you mend it.', done: false, to: `/flows/${encodeURIComponent(flows[0] ?? '')}`, action: 'Open the flow', may: runs && flows.length > 0 },
  ];
  const next = steps.findIndex((s) => !s.done);
  return (
    <Card padding="lg" mb="lg">
      <Title order={2} size="h4" mb="xs">
        From here to the first run
      </Title>
      <ol style={{ listStyle: 'none', margin: 0, padding: 0 }}>
        {steps.map((s, n) => (
          <li key={s.title} className={classes.step} aria-current={n === next ? 'step' : undefined}>
            <ThemeIcon radius="xl" size={28} variant={s.done ? 'filled' : 'default'} aria-hidden>
              {s.done ? <IconCheck size={16} /> : n + 1}
            </ThemeIcon>
            <div>
              <Text fw={n === next ? 600 : 500}>
                {s.title}
                {s.done && (
                  <Text span size="sm" c="dimmed">
                    {' '}
                    (done)
                  </Text>
                )}
              </Text>
              <Text size="sm" c="dimmed">
                {s.about}
              </Text>
            </div>
            {s.may && !s.done && (
              <Button component={Link} to={s.to} variant={n === next ? 'filled' : 'default'} size="xs" aria-label={`${s.action}: ${s.title}`}>
                {s.action}
              </Button>
            )}
          </li>
        ))}
      </ol>
    </Card>
  );
}
