import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

// Parts that stand on the page only within a page of their own.
const elsewhere: Record<string, string> = {
  'ConnectionSubpage.tsx': 'asks the server for its connection',
  'PageHeader.tsx': 'a page has one: it is on every page that the browser tests look at',
  'useUnsaved.tsx': 'asks by Ask',
  'table/DataRow.tsx': 'in DataTable',
  'table/LoadMore.tsx': 'in DataTable',
  'charts/Bars.tsx': 'in BarChart',
  'charts/Lines.tsx': 'in LineChart',
  'charts/Drawing.tsx': 'in BarChart and LineChart',
  'charts/Figure.tsx': 'a chart with its table, on the pages of runs',
};

test('every part has its states', () => {
  const parts = join(import.meta.dirname, '../parts');
  const shown = readdirSync(import.meta.dirname, { encoding: 'utf8' })
    .filter((f) => f.endsWith('.tsx'))
    .map((f) => readFileSync(join(import.meta.dirname, f), 'utf8'))
    .join('\n');
  const files = readdirSync(parts, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.tsx'));
  expect(files.length).toBeGreaterThan(15);
  expect(files.filter((f) => !(f in elsewhere) && !shown.includes(`../parts/${f.replace(/\.tsx$/, '')}'`))).toEqual([]);
});
