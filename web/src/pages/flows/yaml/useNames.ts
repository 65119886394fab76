import { useMemo } from 'react';

import { query } from '../../../api/client';
import { useIntegrations } from '../../../api/integrations';
import type { Names } from './complete';

/** What a flow file may refer to, by name. */
export function useNames(): Names {
  const connections = query.useQuery('get', '/api/v1/connections');
  const flows = query.useQuery('get', '/api/v1/flows');
  const integrations = useIntegrations();
  return useMemo(
    () => ({
      connections: (connections.data?.items ?? []).map((c) => c.name),
      flows: (flows.data?.items ?? []).map((f) => f.flow.name),
      integrations: (integrations.data ?? []).map((i) => i.name),
    }),
    [connections.data, flows.data, integrations.data],
  );
}
