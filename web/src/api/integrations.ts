import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { ApiError, api, type Problem } from './client';

/** A named group of flows, with what a tile shows of it. */
export interface Integration {
  id: string;
  name: string;
  title?: string;
  description?: string;
  application?: string;
  connections: string[];
  flows: string[];
  offline: string[];
  open_errors: number;
}

export type IntegrationInput = Pick<Integration, 'name' | 'title' | 'description' | 'application'>;

/** The integration of flows that name none. */
export const defaultIntegration = 'default';

/** An integration as people read its name. */
export function titleOf(i: Pick<Integration, 'name' | 'title'>): string {
  return i.title || (i.name === defaultIntegration ? 'Default' : i.name);
}

const key = ['integrations'];

async function send<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(path, { method, headers: { 'Content-Type': 'application/json' }, body: body === undefined ? undefined : JSON.stringify(body) });
  const answer = response.status === 204 ? undefined : ((await response.json()) as unknown);
  if (!response.ok) throw new ApiError(response.status, answer as Problem);
  return answer as T;
}

async function grouped(): Promise<Integration[]> {
  const [flows, connections, errors] = await Promise.all([
    api.GET('/api/v1/flows'),
    api.GET('/api/v1/connections'),
    api.GET('/api/v1/errors', { params: { query: { state: 'open', limit: 1000 } } }),
  ]);
  const offline = new Set(connections.data?.items.filter((c) => c.status === 'offline').map((c) => c.name));
  const groups = new Map<string, Integration>([[defaultIntegration, { id: defaultIntegration, name: defaultIntegration, connections: [], flows: [], offline: [], open_errors: 0 }]]);
  for (const { flow } of flows.data?.items ?? []) {
    const name = flow.integration || defaultIntegration;
    const group = groups.get(name) ?? { id: name, name, connections: [], flows: [], offline: [], open_errors: 0 };
    groups.set(name, group);
    group.flows.push(flow.name);
    group.open_errors += errors.data?.items.filter((e) => e.flow === flow.name).length ?? 0;
    for (const used of [flow.export.connection, ...(flow.steps ?? []).map((s) => s.import?.connection ?? '')]) {
      if (offline.has(used) && !group.offline.includes(used)) group.offline.push(used);
    }
  }
  return [...groups.values()].toSorted((a, b) => a.name.localeCompare(b.name));
}

/** All integrations; the one for flows that name none is always among them. */
export function useIntegrations() {
  return useQuery({ queryKey: key, queryFn: grouped });
}

function useChange<V>(change: (value: V) => Promise<unknown>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn: change, onSuccess: () => queries.invalidateQueries({ queryKey: key }) });
}

export function useCreateIntegration() {
  return useChange((body: IntegrationInput) => send('POST', '/api/v1/integrations', body));
}

export function useUpdateIntegration(name: string) {
  return useChange((body: IntegrationInput) => send('PUT', `/api/v1/integrations/${encodeURIComponent(name)}`, body));
}

export function useDeleteIntegration(name: string) {
  return useChange(() => send('DELETE', `/api/v1/integrations/${encodeURIComponent(name)}`));
}

/** Registers a connection with the integration, or takes it away again. */
export function useRegistration(integration: string) {
  return useChange(({ connection, registered }: { connection: string; registered: boolean }) =>
    send(registered ? 'PUT' : 'DELETE', `/api/v1/integrations/${encodeURIComponent(integration)}/connections/${encodeURIComponent(connection)}`),
  );
}
