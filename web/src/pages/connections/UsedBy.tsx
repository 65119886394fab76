import { Button, List, Stack, Text } from '@mantine/core';
import { IconReplace } from '@tabler/icons-react';
import { useState } from 'react';

import { query } from '../../api/client';
import type { Connection } from '../../api/schema';
import { Empty } from '../../parts/Empty';
import { Explain } from '../../parts/Explain';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { TextLink } from '../../parts/TextLink';
import { useMay } from '../../session';
import { Replace } from './Replace';

/** The flows that use a connection, and the way to put another one in its place. */
export function UsedBy({ connection }: { connection: Connection }) {
  const used = query.useQuery('get', '/api/v1/connections/{name}/flows', { params: { path: { name: connection.name } } });
  const [replacing, setReplacing] = useState(false);
  const mayReplace = useMay('flows.edit');
  const flows = used.data?.items ?? [];
  if (used.isPending) return <PageSkeleton />;
  return (
    <Stack align="flex-start">
      <Explain error={used.error} />
      {used.data && flows.length === 0 && <Empty title="No flow uses it">So it can be deleted, and restored for 30 days after that.</Empty>}
      {flows.length > 0 && (
        <>
          <Text size="sm">{flows.length === 1 ? 'One flow uses' : `${flows.length} flows use`} this connection:</Text>
          <List size="sm" spacing={6}>
            {flows.map((f) => (
              <List.Item key={f}>
                <TextLink to={`/flows/${encodeURIComponent(f)}`}>{f}</TextLink>
              </List.Item>
            ))}
          </List>
          {mayReplace && (
            <Button variant="default" leftSection={<IconReplace size={18} aria-hidden />} onClick={() => setReplacing(true)}>
              Replace everywhere
            </Button>
          )}
        </>
      )}
      {replacing && <Replace connection={connection} onClose={() => setReplacing(false)} />}
    </Stack>
  );
}
