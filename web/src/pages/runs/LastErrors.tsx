import { Anchor, Card, Group, Stack, Text, Title } from '@mantine/core';
import { Link } from 'react-router';

import type { LastError, Run } from '../../api/schema';
import { Ago } from '../../parts/Ago';

/** The newest errors of a run in work, so that nobody waits for its end to see what goes wrong. */
export function LastErrors({ run, items }: { run: Run; items?: LastError[] }) {
  if (!items?.length) return null;
  return (
    <Card padding="md" component="section" aria-labelledby="newest-errors">
      <Title order={2} size="h5" id="newest-errors" mb="sm">
        Newest errors
      </Title>
      <Stack gap="sm" component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
        {items.map((e) => (
          <li key={e.id}>
            <Group gap="xs" justify="space-between" wrap="nowrap" align="baseline">
              <Anchor component={Link} to={`/errors?run=${run.id}&error=${e.id}`} size="sm" fw={550} style={{ overflowWrap: 'anywhere' }}>
                {e.key}
              </Anchor>
              <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
                {e.step}, <Ago at={e.at} />
              </Text>
            </Group>
            <Text size="sm" lineClamp={2} style={{ overflowWrap: 'anywhere' }}>
              {e.message}
            </Text>
          </li>
        ))}
      </Stack>
    </Card>
  );
}
