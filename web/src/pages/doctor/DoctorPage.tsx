import { Anchor, Paper } from '@mantine/core';
import { Link, useParams } from 'react-router';

import { query } from '../../api/client';
import { Explain } from '../../parts/Explain';
import { PageHeader } from '../../parts/PageHeader';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { Examination } from './Examination';

/** The doctor for one connection. */
export function DoctorPage() {
  const { name = '' } = useParams();
  const connection = query.useQuery('get', '/api/v1/connections/{name}', { params: { path: { name } } });
  return (
    <>
      <PageHeader
        title={`Doctor: ${name}`}
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
          <Examination key={connection.data.id} connection={connection.data} />
        </Paper>
      )}
    </>
  );
}
