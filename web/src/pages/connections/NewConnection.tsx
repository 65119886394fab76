import { Paper } from '@mantine/core';
import { useNavigate, useSearchParams } from 'react-router';

import { PageHeader } from '../../parts/PageHeader';
import { useUnsaved } from '../../parts/useUnsaved';
import classes from './connections.module.css';
import { ConnectionEditor } from './ConnectionEditor';

/** Creating a connection on a page of its own. */
export function NewConnection() {
  const [search] = useSearchParams();
  const navigate = useNavigate();
  const unsaved = useUnsaved();
  const integration = search.get('integration') ?? undefined;
  const back = integration ? `/integrations/${encodeURIComponent(integration)}?tab=connections` : '/connections';
  return (
    <>
      <PageHeader title="Create connection" about={integration ? `It is registered with the integration ${integration}.` : undefined} />
      <Paper withBorder className={classes.panel}>
        <ConnectionEditor application={search.get('application') ?? undefined} integration={integration} unsaved={unsaved} onSaved={() => undefined} onClose={() => void navigate(back)} />
      </Paper>
      {unsaved.dialog}
    </>
  );
}
