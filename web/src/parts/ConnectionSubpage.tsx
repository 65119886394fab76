import { Anchor, Paper } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';

import { query } from '../api/client';
import type { Connection } from '../api/schema';
import { Explain } from './Explain';
import { PageHeader } from './PageHeader';
import { PageSkeleton } from './PageSkeleton';

interface ConnectionSubpageProps {
  title: string;
  children: (connection: Connection) => ReactNode;
}

/** A page about one side of the connection that the address names. */
export function ConnectionSubpage({ title, children }: ConnectionSubpageProps) {
  const { name = '' } = useParams();
  const connection = query.useQuery('get', '/api/v1/connections/{name}', { params: { path: { name } } });
  return (
    <>
      <PageHeader
        title={`${title}: ${name}`}
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
          {children(connection.data)}
        </Paper>
      )}
    </>
  );
}
