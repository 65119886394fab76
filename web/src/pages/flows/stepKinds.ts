import { IconArrowsShuffle, IconArrowsSplit, IconDatabaseImport, IconDatabaseSearch, IconFilter, IconTable } from '@tabler/icons-react';

import type { StepKind } from '../../flow/steps';

export const stepIcons = { filter: IconFilter, map: IconArrowsShuffle, fields: IconTable, lookup: IconDatabaseSearch, branch: IconArrowsSplit, import: IconDatabaseImport };
export const stepTitles: Record<StepKind, string> = { filter: 'Filter', map: 'Map', fields: 'Fields', lookup: 'Lookup', branch: 'Branch', import: 'Import' };

/** Reports whether a problem was found at a place or within it. */
export function isWrong(problems: Record<string, string>, at: string): boolean {
  return Object.keys(problems).some((p) => p === at || p.startsWith(`${at}.`));
}
