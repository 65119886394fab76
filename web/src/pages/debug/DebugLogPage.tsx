import { Anchor, Paper } from '@mantine/core';
import { Link, useParams } from 'react-router';

import { query } from '../../api/client';
import { Explain } from '../../parts/Explain';
import { PageHeader } from '../../parts/PageHeader';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { DebugLog } from './DebugLog';

/** The debug log of one connection, on a page of its own. */
export function DebugLogPage() {
  const { name = '' } = useParams();
  const connection = query.useQuery('get', '/api/v1/connections/{name}', { params: { path: { name } } });
  return (
    <>
      <PageHeader
        title={`Debug log: ${name}`}
        about={
          <Anchor component={Link} size="sm" to={`/connections/${encodeURIComponent(name)}`}>
            To the connection
          </Anchor>
        }
      />
      <Explain error={connection.error} />
      {connection.isPending && <PageSkeleton />}
      {connection.data && (
        <Paper withBorder p="lg">
          <DebugLog connection={connection.data} />
        </Paper>
      )}
    </>
  );
}
