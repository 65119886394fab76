import { Alert, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';

import { query } from '../../api/client';
import { TextLink } from '../../parts/TextLink';

/** Warns before the WSDL version of a connection that flows use is changed, and names them. */
export function Impact({ connection, version }: { connection: string; version: string }) {
  const impact = query.useQuery('get', '/api/v1/connections/{name}/impact', { params: { path: { name: connection }, query: { wsdl_version: version } } });
  const flows = impact.data?.flows ?? [];
  if (!impact.data || (flows.length === 0 && !impact.data.message)) return null;
  return (
    <Alert mt="xs" color="yellow" variant="outline" role="status" icon={<IconAlertTriangle aria-hidden />} title={flows.length > 0 ? 'Flows use this connection' : undefined} styles={{ title: { color: 'var(--status-warn)' } }}>
      <Text size="sm">{impact.data.message}</Text>
      {flows.length > 0 && (
        <Text size="sm" mt={4}>
          Used by{' '}
          {flows.map((f, i) => (
            <span key={f}>
              {i > 0 && ', '}
              <TextLink to={`/flows/${f}`}>{f}</TextLink>
            </span>
          ))}
        </Text>
      )}
    </Alert>
  );
}
