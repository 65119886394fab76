import { Card, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';

import type { Series } from './Chart';
import classes from './charts.module.css';

/** A chart under its title, which can be read as a table as well. */
export function Figure({ title, about, series, more = [], chart, table }: { title: string; about?: ReactNode; series: Series[]; more?: Series[]; chart: ReactNode; table: ReactNode }) {
  const [view, setView] = useState('chart');
  return (
    <Card padding="md" component="section" aria-label={title}>
      <Group justify="space-between" gap="sm" mb="sm" align="flex-start">
        <div>
          <Text fw={600} size="sm">
            {title}
          </Text>
          {about && (
            <Text size="sm" c="dimmed" component="div">
              {about}
            </Text>
          )}
        </div>
        <SegmentedControl
          size="xs"
          aria-label={`${title}, shown as`}
          value={view}
          onChange={setView}
          data={[
            { value: 'chart', label: 'Chart' },
            { value: 'table', label: 'Table' },
          ]}
        />
      </Group>
      {view === 'table' ? (
        <div className={classes.table}>{table}</div>
      ) : (
        <>
          <Stack gap="sm">{chart}</Stack>
          <Group gap="md" mt={4} justify="flex-end">
            {[...series, ...more].map((s) => (
              <Group key={s.name} gap={6} wrap="nowrap">
                <span className={classes.key} style={{ background: s.color }} aria-hidden />
                <Text size="xs">{s.label}</Text>
              </Group>
            ))}
          </Group>
        </>
      )}
    </Card>
  );
}
