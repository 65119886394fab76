import { Alert, Anchor, Badge, Button, Group, Tabs } from '@mantine/core';
import { IconPlus, IconUnlink } from '@tabler/icons-react';
import { Link, useParams, useSearchParams } from 'react-router';

import { query } from '../../api/client';
import { titleOf, useIntegrations } from '../../api/integrations';
import type { IntegrationView } from '../../api/schema';
import { Empty } from '../../parts/Empty';
import { Explain } from '../../parts/Explain';
import { PageHeader } from '../../parts/PageHeader';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { useMay } from '../../session';
import { NotFound } from '../Failed';
import { FlowTable } from '../flows/FlowTable';
import { ConnectionsTab } from './ConnectionsTab';
import { PeopleTab } from './PeopleTab';
import { SettingsTab } from './SettingsTab';

/** An integration: its flows, its connections, its settings. */
export function IntegrationPage() {
  const { name = '' } = useParams();
  const integrations = useIntegrations();
  if (integrations.error) return <Explain error={integrations.error} title="The integration cannot be shown" />;
  if (!integrations.data) return <PageSkeleton />;
  const found = integrations.data.find((i) => i.name === name);
  return found ? <Found key={name} integration={found} /> : <NotFound />;
}

function Found({ integration }: { integration: IntegrationView }) {
  const [search, setSearch] = useSearchParams();
  const mayEdit = useMay('flows.edit');
  const applications = query.useQuery('get', '/api/v1/guide/applications', {}, { enabled: !!integration.application });
  const application = applications.data?.items.find((a) => a.id === integration.application)?.name ?? integration.application;
  const newFlow = `/flows/new?integration=${encodeURIComponent(integration.name)}`;
  return (
    <>
      <PageHeader
        title={titleOf(integration)}
        about={
          <Group gap="sm">
            {application && <Badge>{application}</Badge>}
            <span>{integration.description || 'A group of flows with the connections they use.'}</span>
          </Group>
        }
      >
        {mayEdit && (
          <Button component={Link} to={newFlow} leftSection={<IconPlus size={16} aria-hidden />}>
            Create flow
          </Button>
        )}
      </PageHeader>
      {integration.offline.length > 0 && (
        <Alert color="red" icon={<IconUnlink aria-hidden />} title={integration.offline.length === 1 ? 'A connection is offline' : 'Connections are offline'} mb="md">
          {integration.offline.map((c, n) => (
            <span key={c}>
              {n > 0 && ' · '}
              <Anchor component={Link} to={`/connections/${encodeURIComponent(c)}/doctor`} underline="always" size="sm">
                Find out what is wrong with {c}
              </Anchor>
            </span>
          ))}
        </Alert>
      )}
      <Tabs keepMounted={false} value={search.get('tab') ?? 'flows'} onChange={(tab) => setSearch(tab && tab !== 'flows' ? { tab } : {}, { replace: true })}>
        <Tabs.List mb="md" aria-label="Parts of the integration">
          <Tabs.Tab value="flows">Flows</Tabs.Tab>
          <Tabs.Tab value="connections">Connections</Tabs.Tab>
          <Tabs.Tab value="people">People</Tabs.Tab>
          <Tabs.Tab value="settings">Settings</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="flows">
          <FlowTable
            names={integration.flows}
            empty={
              <Empty
                title="No flows yet"
                action={
                  mayEdit && (
                    <Button component={Link} to={newFlow} leftSection={<IconPlus size={16} aria-hidden />}>
                      Create flow
                    </Button>
                  )
                }
              >
                A flow reads records from one connection, filters and maps them, and writes them to another.
              </Empty>
            }
          />
        </Tabs.Panel>
        <Tabs.Panel value="connections">
          <ConnectionsTab integration={integration} />
        </Tabs.Panel>
        <Tabs.Panel value="people">
          <PeopleTab integration={integration} />
        </Tabs.Panel>
        <Tabs.Panel value="settings">
          <SettingsTab integration={integration} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
