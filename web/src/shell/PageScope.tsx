import type { ReactNode } from 'react';
import { matchPath, useLocation } from 'react-router';

import { query } from '../api/client';
import { useIntegrations } from '../api/integrations';
import type { IntegrationView } from '../api/schema';
import { type Scope, ScopeContext, useSession } from '../session';

/** Pages that are for people with an account-wide role to change things on. */
const accountPages = ['/', '/connections', '/consumer-keys', '/channels', '/users', '/audit'];

/** Says which integrations the page is about, by its address, for people with roles in integrations. */
export function PageScope({ children }: { children: ReactNode }) {
  const me = useSession();
  if (Object.keys(me.permissions_in ?? {}).length === 0) return children;
  return <Scoped>{children}</Scoped>;
}

function Scoped({ children }: { children: ReactNode }) {
  const { pathname, search } = useLocation();
  const integrations = useIntegrations();
  const run = matchPath('/runs/:id', pathname)?.params.id;
  const found = query.useQuery('get', '/api/v1/runs/{id}', { params: { path: { id: Number(run) } } }, { enabled: run !== undefined });
  const scope = scopeOf(pathname, new URLSearchParams(search), integrations.data ?? [], found.data?.flow);
  return <ScopeContext value={scope}>{children}</ScopeContext>;
}

/** The integrations of a page; null for one about things of several. */
export function scopeOf(pathname: string, search: URLSearchParams, list: Pick<IntegrationView, 'name' | 'flows' | 'connections'>[], runOf?: string): Scope | null {
  const part = (pattern: string) => matchPath({ path: pattern, end: false }, pathname)?.params.name;
  const named = (has: (i: (typeof list)[number]) => boolean) => list.filter(has).map((i) => i.name);
  if (accountPages.includes(pathname)) return { integrations: [] };
  if (pathname === '/flows/new' || pathname === '/connections/new') {
    const asked = search.get('integration');
    return asked ? { integrations: [asked] } : null;
  }
  const integration = part('/integrations/:name');
  if (integration) return { integrations: [integration] };
  const flow = part('/flows/:name') ?? (pathname.startsWith('/runs/') ? (runOf ?? '') : undefined);
  if (flow !== undefined) return { integrations: named((i) => i.flows.includes(flow)) };
  const connection = part('/connections/:name') ?? part('/debug/:name');
  if (connection) return { integrations: named((i) => i.connections?.includes(connection) ?? false), all: true };
  return null;
}
