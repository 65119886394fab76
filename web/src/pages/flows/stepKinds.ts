import { IconArrowsShuffle, IconArrowsSplit, IconDatabaseImport, IconDatabaseSearch, IconFilter, IconTable } from '@tabler/icons-react';

import type { DraftStep } from '../../flow/document';
import type { StepKind } from '../../flow/steps';

export const stepIcons = { filter: IconFilter, map: IconArrowsShuffle, fields: IconTable, lookup: IconDatabaseSearch, branch: IconArrowsSplit, import: IconDatabaseImport };
export const stepTitles: Record<StepKind, string> = { filter: 'Filter', map: 'Map', fields: 'Fields', lookup: 'Lookup', branch: 'Branch', import: 'Import' };

/** What a plus sign offers, with the step that it makes. */
export const newSteps: { kind: StepKind; about: string; step: DraftStep }[] = [
  { kind: 'filter', about: 'Let only some records pass', step: { filter: { if: '', reason: '' } } },
  { kind: 'map', about: 'Make a new record of each', step: { map: '' } },
  { kind: 'fields', about: 'The same, as a table field by field', step: { fields: [{ to: '', from: '' }] } },
  { kind: 'lookup', about: 'Ask another system for each record', step: { lookup: { connection: '', as: '' } } },
  { kind: 'branch', about: 'Send records different ways', step: { branch: { paths: [{ name: 'first', if: '', steps: [] }, { name: 'rest', steps: [] }] } } },
  { kind: 'import', about: 'Write the records somewhere', step: { import: { connection: '' } } },
];

/** Reports whether a problem was found at a place or within it. */
export function isWrong(problems: Record<string, string>, at: string): boolean {
  return Object.keys(problems).some((p) => p === at || p.startsWith(`${at}.`));
}
