import { createContext, useContext } from 'react';

import type { Choice } from './choice';

/** What the two sides of a mapping can be called, where they are known. */
export interface MappingNames {
  /** Paths of the record as it comes: this.name. */
  from: string[];
  /** Fields of what is made, with their labels, below a path. */
  to: (within: string) => { name: string; label: string }[];
  /** What a path of what is made chooses from. */
  choice: (path: string) => Choice | undefined;
}

export const NamesContext = createContext<MappingNames>({ from: [], to: () => [], choice: () => undefined });

export function useNames(): MappingNames {
  return useContext(NamesContext);
}
