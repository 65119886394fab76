import { createContext, useContext } from 'react';

import type { Me } from './api/schema';

/** Who is logged in. Pages inside the shell always have somebody. */
export const SessionContext = createContext<Me | null>(null);

/** What a person may do, by the names of the API. */
export type Permission = 'view' | 'connections.edit' | 'flows.edit' | 'runs.control' | 'data.query' | 'people.edit' | 'server.operate' | 'server.restore';

/** The integrations that a page is about; of a page about several things at once it is not known. */
export interface Scope {
  integrations: string[];
  /** The thing is changed for all of them together: a connection that several have. */
  all?: boolean;
}

/** What the shell finds out about the page's integrations. */
export const ScopeContext = createContext<Scope | null>(null);

export function useSession(): Me {
  const me = useContext(SessionContext);
  if (!me) throw new Error('used outside of the shell');
  return me;
}

/** Whether a person holds a permission for what a page is about; without scope, somewhere. */
export function may(me: Pick<Me, 'permissions' | 'permissions_in'>, permission: Permission, scope: Scope | null): boolean {
  if (me.permissions.includes(permission)) return true;
  const held = (name: string) => me.permissions_in?.[name]?.includes(permission) ?? false;
  if (!scope) return Object.keys(me.permissions_in ?? {}).some(held);
  if (scope.all && permission === 'connections.edit') return scope.integrations.length > 0 && scope.integrations.every(held);
  return scope.integrations.some(held);
}

/**
 * Whether who is logged in may do that with what the page is about. The server decides;
 * this only spares a refusal.
 */
export function useMay(permission: Permission): boolean {
  return may(useSession(), permission, useContext(ScopeContext));
}
