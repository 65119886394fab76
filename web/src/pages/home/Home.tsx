import { Button, SimpleGrid, Skeleton } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { Link } from 'react-router';

import { query } from '../../api/client';
import { defaultIntegration, useIntegrations } from '../../api/integrations';
import { useLastRuns } from '../../api/runs';
import { Explain } from '../../parts/Explain';
import { PageHeader } from '../../parts/PageHeader';
import { useMay } from '../../session';
import { Attention, useAttention } from './Attention';
import { GetStarted } from './GetStarted';
import { IntegrationTile } from './IntegrationTile';
import classes from './home.module.css';

// Its form and dialog are not part of the first load.
const CreateIntegration = lazy(() => import('./CreateIntegration').then((m) => ({ default: m.CreateIntegration })));

/** What needs somebody, then integrations as tiles; on a new server, the way to the first run. */
export function Home() {
  const [creating, setCreating] = useState(false);
  const mayEdit = useMay('flows.edit');
  const integrations = useIntegrations();
  const connections = query.useQuery('get', '/api/v1/connections');
  const { last, ...runs } = useLastRuns();
  const attention = useAttention();
  const error = integrations.error ?? connections.error ?? runs.error ?? attention.error;
  const loading = !integrations.data || !connections.data || !runs.data || !attention.data;
  const started = !loading && last.size > 0;
  // The group of flows without an integration is of interest once such flows exist.
  const shown = (integrations.data ?? []).filter((i) => i.name !== defaultIntegration || i.flows.length > 0);

  return (
    <>
      <PageHeader title="Home" about="An integration is a group of flows with the connections they use.">
        {mayEdit && (
          <>
            <Button variant="default" leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
              Create integration
            </Button>
            <Button component={Link} to="/flows/new" leftSection={<IconPlus size={16} aria-hidden />}>
              Create flow
            </Button>
          </>
        )}
      </PageHeader>
      {error ? (
        <Explain error={error} title="The integrations cannot be shown" />
      ) : loading ? (
        <>
          <Skeleton height={96} mb="lg" />
          <Tiles>
            {[1, 2, 3].map((n) => (
              <Skeleton key={n} className={classes.tile} />
            ))}
          </Tiles>
        </>
      ) : (
        <>
          {!started && <GetStarted connections={connections.data.items} flows={integrations.data?.flatMap((i) => i.flows) ?? []} />}
          {(started || attention.data.items.length > 0) && <Attention items={attention.data.items} />}
          <Tiles>
            {shown.map((i) => (
              <IntegrationTile key={i.name} integration={i} last={last} />
            ))}
          </Tiles>
        </>
      )}
      <Suspense>{creating && <CreateIntegration onClose={() => setCreating(false)} />}</Suspense>
    </>
  );
}

function Tiles({ children }: { children: React.ReactNode }) {
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="md">
      {children}
    </SimpleGrid>
  );
}
