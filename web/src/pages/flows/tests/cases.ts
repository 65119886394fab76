import { isMap, isSeq, parseDocument } from 'yaml';

import { api } from '../../../api/client';
import { rawAt } from '../../../api/rawJson';
import type { Preview, TestDraft } from '../../../api/schema';

/** A case to be filled in. */
export const emptyCase = `- name: what it shows, as a sentence
  given:
    - {id: 1}
  expect:
    counts: {read: 1, written: 1}
`;

/** Puts a case behind those that are there. Comments stay; a text that cannot be read gets it at its end. */
export function addCase(text: string, list: string): string {
  // Read as texts, numbers keep all their digits.
  const document = parseDocument(text, { schema: 'failsafe' });
  const cases = parseDocument(list, { schema: 'failsafe' });
  if (document.errors.length > 0 || !isSeq(cases.contents)) return `${text.trimEnd()}\n${list.replace(/^/gm, '  ').trimEnd()}\n`;
  if (!isMap(document.contents)) document.contents = document.createNode({}) as unknown as typeof document.contents;
  const there = document.get('cases');
  if (isSeq(there)) {
    there.flow = false;
    there.items.push(...cases.contents.items);
  } else document.set('cases', cases.contents);
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/** Asks the server for a case of the previewed record. The record goes as the text that came: numbers keep their digits. */
export async function draftOf(name: string, flow: string, preview: { data: Preview; raw: string; index: number }): Promise<string> {
  const record = rawAt(preview.raw, ['records', preview.index, 'record']) ?? '{}';
  const key = preview.data.records[preview.index]?.key;
  const body = { flow, records: [], ...(preview.data.records[preview.index]?.export && { export: preview.data.records[preview.index]?.export }), ...(key && { name: `the record ${key} goes through as it does now` }) };
  const answer = await api.POST('/api/v1/flows/{name}/tests/draft', {
    params: { path: { name } },
    body,
    bodySerializer: (b) => JSON.stringify(b).replace('"records":[]', () => `"records":[${record}]`),
  });
  return (answer.data as TestDraft).text;
}
