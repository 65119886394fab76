import { createContext, useContext } from 'react';

import type { Me } from './api/schema';

/** Who is logged in. Pages inside the shell always have somebody. */
export const SessionContext = createContext<Me | null>(null);

/** What a person may do, by the names of the API. */
export type Permission = 'view' | 'connections.edit' | 'flows.edit' | 'runs.control' | 'data.query' | 'people.edit' | 'server.operate';

export function useSession(): Me {
  const me = useContext(SessionContext);
  if (!me) throw new Error('used outside of the shell');
  return me;
}

/** Whether who is logged in may do that. The server decides; this only spares a refusal. */
export function useMay(permission: Permission): boolean {
  return useSession().permissions?.includes(permission) ?? false;
}
