import { Anchor, Badge, Card, Group, Stack, Text, Title } from '@mantine/core';
import { IconAlertCircle, IconArrowsExchange, IconUnlink } from '@tabler/icons-react';
import { Link } from 'react-router';

import { query } from '../../api/client';
import { titleOf } from '../../api/integrations';
import type { IntegrationView, Run } from '../../api/schema';
import { Ago } from '../../parts/Ago';
import { RunState } from '../../parts/RunState';
import classes from './home.module.css';

/** One integration: how many flows, how the last run went, what needs somebody. */
export function IntegrationTile({ integration: i, last }: { integration: IntegrationView; last: Map<string, Run> }) {
  const applications = query.useQuery('get', '/api/v1/guide/applications', {}, { enabled: !!i.application });
  const application = applications.data?.items.find((a) => a.id === i.application)?.name ?? i.application;
  const newest = i.flows
    .map((f) => last.get(f))
    .filter((r) => r !== undefined)
    .toSorted((a, b) => b.id - a.id)[0];
  const href = `/integrations/${encodeURIComponent(i.name)}`;
  return (
    <Card component="article" padding="md" className={classes.tile}>
      <Group justify="space-between" align="flex-start" wrap="nowrap" gap="sm">
        <Title order={2} size="h4" lineClamp={2}>
          <Anchor component={Link} to={href} inherit c="inherit" className={classes.name}>
            {titleOf(i)}
          </Anchor>
        </Title>
        {application && <Badge style={{ flexShrink: 0 }}>{application}</Badge>}
      </Group>
      {i.description && (
        <Text size="sm" c="dimmed" lineClamp={2} mt={4}>
          {i.description}
        </Text>
      )}
      <Stack gap={6} mt="auto" pt="md">
        {i.offline.length > 0 && (
          <Group gap={6} wrap="nowrap" c="var(--status-bad)">
            <IconUnlink size={18} aria-hidden style={{ flexShrink: 0 }} />
            <Text size="sm" fw={550}>
              Offline:{' '}
              {i.offline.map((name, n) => (
                <span key={name}>
                  {n > 0 && ', '}
                  <Anchor component={Link} to={`/connections/${encodeURIComponent(name)}`} inherit c="inherit" underline="always" className={classes.above}>
                    {name}
                  </Anchor>
                </span>
              ))}
            </Text>
          </Group>
        )}
        {i.open_errors > 0 && (
          <Group gap={6} wrap="nowrap" c="var(--status-warn)">
            <IconAlertCircle size={18} aria-hidden style={{ flexShrink: 0 }} />
            <Text size="sm" fw={550}>
              {i.open_errors === 1 ? '1 open error' : `${i.open_errors} open errors`}
            </Text>
          </Group>
        )}
        <Group gap="md">
          <Group gap={6} wrap="nowrap">
            <IconArrowsExchange size={18} aria-hidden />
            <Text size="sm">{i.flows.length === 1 ? '1 flow' : `${i.flows.length} flows`}</Text>
          </Group>
          {newest ? (
            <Group gap={6}>
              <RunState run={newest} />
              <Ago at={newest.finished_at ?? newest.created_at} size="sm" c="dimmed" />
            </Group>
          ) : (
            <Text size="sm" c="dimmed">
              Never run
            </Text>
          )}
        </Group>
      </Stack>
    </Card>
  );
}
