import { Anchor, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { IconStethoscope } from '@tabler/icons-react';
import { Link } from 'react-router';

import { query } from '../../api/client';
import type { Connection } from '../../api/schema';
import { Empty } from '../../parts/Empty';
import { Explain } from '../../parts/Explain';
import { PageHeader } from '../../parts/PageHeader';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { readAccount } from '../connections/account';
import { Status } from '../connections/Status';
import { CodeBox } from './CodeBox';

/** Chooses the connection to examine, offline ones first, and explains codes. */
export function DoctorStart() {
  const connections = query.useQuery('get', '/api/v1/connections');
  const rank = (c: Connection) => ['offline', 'untested', 'online'].indexOf(c.status);
  const items = (connections.data?.items ?? []).filter((c) => c.kind === 'netsuite').sort((a, b) => rank(a) - rank(b));
  return (
    <>
      <PageHeader title="Doctor" about="Says what is wrong with a NetSuite connection, and which step of the guide mends it." />
      <Explain error={connections.error} />
      {connections.isPending && <PageSkeleton />}
      {connections.data && items.length === 0 && (
        <Empty
          title="There is no NetSuite connection yet"
          action={
            <Button component={Link} to="/connections/new?application=netsuite">
              Create connection
            </Button>
          }
        >
          The doctor examines connections to NetSuite.
        </Empty>
      )}
      <Stack component="ul" gap="sm" p={0} m={0} mb="xl" style={{ listStyle: 'none' }}>
        {items.map((c) => (
          <Card key={c.id} component="li" withBorder padding="sm">
            <Group justify="space-between" gap="sm">
              <div style={{ minWidth: 0, flex: '1 1 240px' }}>
                <Group gap="md">
                  <Anchor component={Link} to={`/connections/${encodeURIComponent(c.name)}`} fw={600} size="sm">
                    {c.name}
                  </Anchor>
                  <Text size="sm" c="dimmed">
                    {readAccount(c.settings.account ?? '')?.realm}
                  </Text>
                  <Status connection={c} />
                </Group>
                {c.status === 'offline' && c.detail && (
                  <Text size="xs" c="dimmed" lineClamp={2}>
                    {c.detail}
                  </Text>
                )}
              </div>
              <Button component={Link} to={`/connections/${encodeURIComponent(c.name)}/doctor`} variant="default" leftSection={<IconStethoscope size={18} aria-hidden />} aria-label={`Examine ${c.name}`}>
                Examine
              </Button>
            </Group>
          </Card>
        ))}
      </Stack>
      {!connections.isPending && (
        <>
          <Title order={2} size="h4" mb="sm">
            What does a code mean?
          </Title>
          <CodeBox />
        </>
      )}
    </>
  );
}
