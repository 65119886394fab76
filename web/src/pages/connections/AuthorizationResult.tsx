import { Alert, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';

import { query } from '../../api/client';
import { Explain } from '../../parts/Explain';

/** How a log-in at NetSuite ended, on the page that the browser came back to. */
export function AuthorizationResult({ id, onClose }: { id: string; onClose?: () => void }) {
  const authorization = query.useQuery('get', '/api/v1/authorizations/{id}', { params: { path: { id } } }, { staleTime: Infinity });
  if (authorization.error) return <Explain error={authorization.error} />;
  const { data } = authorization;
  if (!data) return null;
  const granted = data.state === 'granted';
  const who = data.identity;
  return (
    <Alert
      role={granted ? 'status' : 'alert'}
      mb="lg"
      variant="outline"
      color={granted ? 'green' : 'red'}
      icon={granted ? <IconCircleCheck aria-hidden /> : <IconAlertTriangle aria-hidden />}
      title={granted ? `${data.connection} is authorized` : (data.error?.message ?? `${data.connection} is not authorized yet`)}
      styles={{ title: { color: granted ? 'var(--status-good)' : 'var(--status-bad)' } }}
      withCloseButton={Boolean(onClose)}
      closeButtonLabel="Dismiss"
      onClose={onClose}
    >
      {granted && who && <Text size="sm">{[`Account ${who.account}`, who.role_name && `role ${who.role_name}`, who.entity_name && `user ${who.entity_name}`].filter(Boolean).join(', ')}.</Text>}
      {!granted && data.error?.remedy && <Text size="sm">{data.error.remedy}</Text>}
    </Alert>
  );
}
