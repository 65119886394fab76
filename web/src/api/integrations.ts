import { api, query } from './client';
import { useRefresh } from './runs';
import type { IntegrationInput, IntegrationView } from './schema';

/** The integration of flows that name none. */
export const defaultIntegration = 'default';

const list = '/api/v1/integrations';

/** An integration as people read its name. */
export function titleOf(i: Pick<IntegrationView, 'name' | 'title'>): string {
  return i.title || (i.name === defaultIntegration ? 'Default' : i.name);
}

/** All integrations; the one for flows that name none is always among them. */
export function useIntegrations() {
  const found = query.useQuery('get', list);
  return { ...found, data: found.data?.items };
}

function useChanged() {
  const refresh = useRefresh();
  return { onSuccess: () => refresh(list) };
}

export function useCreateIntegration() {
  return query.useMutation('post', list, useChanged());
}

export function useUpdateIntegration() {
  return query.useMutation('put', '/api/v1/integrations/{name}', useChanged());
}

export function useDeleteIntegration() {
  return query.useMutation('delete', '/api/v1/integrations/{name}', useChanged());
}

/** Gives an integration another title, application or description; the rest stays. */
export function changed(i: IntegrationView, values: Pick<IntegrationInput, 'title' | 'application' | 'description'>): IntegrationInput {
  return { name: i.name, connections: i.connections, ...values };
}

/** Registers a connection with an integration, or takes it away again. */
export async function register(integration: string, connection: string, registered: boolean): Promise<void> {
  const at = { params: { path: { name: integration, connection } } };
  await (registered ? api.PUT('/api/v1/integrations/{name}/connections/{connection}', at) : api.DELETE('/api/v1/integrations/{name}/connections/{connection}', at));
}
