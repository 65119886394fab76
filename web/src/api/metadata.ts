import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';

import { completeSQL, type Name } from '../code/sqlCompletion';
import { useMay } from '../session';
import { query } from './client';
import type { RecordField } from './schema';

// The server keeps what it has read for ten minutes; to ask it more often tells nothing new.
const kept = { staleTime: 10 * 60_000, retry: false } as const;

/** Kinds of connection that have tables. */
const withTables = new Set(['netsuite', 'postgresql', 'mysql', 'sqlserver', 'sqlite']);

function useCan(connection: string | undefined, fits: (kind: string) => boolean): boolean {
  const mayQuery = useMay('data.query');
  const connections = query.useQuery('get', '/api/v1/connections');
  const found = connections.data?.items.find((c) => c.name === connection);
  return mayQuery && found !== undefined && fits(found.kind);
}

/** The tables that queries through a connection can read. */
export function useTables(connection: string | undefined) {
  const enabled = useCan(connection, (kind) => withTables.has(kind));
  return query.useQuery('get', '/api/v1/connections/{name}/metadata/tables', { params: { path: { name: connection ?? '' } } }, { ...kept, enabled });
}

export function useColumns(connection: string | undefined, table: string | undefined) {
  const enabled = useCan(connection, (kind) => withTables.has(kind)) && !!table;
  return query.useQuery('get', '/api/v1/connections/{name}/metadata/tables/{table}', { params: { path: { name: connection ?? '', table: table ?? '' } } }, { ...kept, enabled });
}

/** The record types that the role of a NetSuite connection sees. */
export function useRecordTypes(connection: string | undefined) {
  const enabled = useCan(connection, (kind) => kind === 'netsuite');
  return query.useQuery('get', '/api/v1/connections/{name}/metadata/records', { params: { path: { name: connection ?? '' } } }, { ...kept, enabled });
}

/** A record type with its fields. One that is not listed, such as one half typed, is not asked for. */
export function useRecord(connection: string | undefined, type: string | undefined) {
  const types = useRecordTypes(connection);
  const enabled = types.data?.items.some((t) => t.name === type) ?? false;
  return query.useQuery('get', '/api/v1/connections/{name}/metadata/records/{type}', { params: { path: { name: connection ?? '', type: type ?? '' } } }, { ...kept, enabled });
}

/** The saved searches for a record type. */
export function useSearches(connection: string | undefined, type: string | undefined) {
  const enabled = useCan(connection, (kind) => kind === 'netsuite') && !!type;
  return query.useQuery('get', '/api/v1/connections/{name}/metadata/searches', { params: { path: { name: connection ?? '' }, query: { type: type ?? '' } } }, { ...kept, enabled });
}

/** The values that a field takes; asked for when somebody is about to choose. */
export function useOptions(connection: string | undefined, type: string | undefined, field: string | undefined, contains: string, wanted: boolean) {
  const enabled = useCan(connection, (kind) => kind === 'netsuite') && !!type && !!field && wanted;
  return query.useQuery(
    'get',
    '/api/v1/connections/{name}/metadata/records/{type}/options/{field}',
    { params: { path: { name: connection ?? '', type: type ?? '', field: field ?? '' }, query: { contains: contains || undefined } } },
    { ...kept, enabled },
  );
}

/** Asks for the values of a field whose name has a part; none where they are not to be had. */
export function useFindOptions() {
  const queries = useQueryClient();
  return useCallback(
    ({ connection, record, field }: { connection: string; record: string; field: string }, contains: string) =>
      queries
        .fetchQuery({
          ...query.queryOptions('get', '/api/v1/connections/{name}/metadata/records/{type}/options/{field}', { params: { path: { name: connection, type: record, field }, query: { contains: contains || undefined } } }),
          ...kept,
        })
        .then((found) => found.items)
        .catch(() => []),
    [queries],
  );
}

/** Completes the tables and columns of a connection; nothing where they are not to be had. */
export function useSQLCompletion(connection: string | undefined) {
  const can = useCan(connection, (kind) => withTables.has(kind));
  const queries = useQueryClient();
  return useMemo(() => {
    if (!can || !connection) return undefined;
    // What cannot be had is not completed: the query itself says why when it is run.
    const none = (): Name[] => [];
    return completeSQL({
      tables: () =>
        queries
          .fetchQuery({ ...query.queryOptions('get', '/api/v1/connections/{name}/metadata/tables', { params: { path: { name: connection } } }), ...kept })
          .then((list) => list.items.map((t): Name => ({ name: t.name, about: t.label })))
          .catch(none),
      columns: (table) =>
        queries
          .fetchQuery({ ...query.queryOptions('get', '/api/v1/connections/{name}/metadata/tables/{table}', { params: { path: { name: connection, table } } }), ...kept })
          .then((list) => list.items.map((c): Name => ({ name: c.name, about: [c.label, c.type].filter(Boolean).join(' · ') })))
          .catch(none),
    });
  }, [can, connection, queries]);
}

/** What a field holds, in words. */
export function typeWords(f: Pick<RecordField, 'type' | 'of'>): string {
  const words: Record<string, string> = { datetime: 'date and time', integer: 'whole number', boolean: 'true or false', select: 'choice', multiselect: 'choices', sublist: 'lines', subrecord: 'record' };
  return f.type === 'reference' ? (f.of ?? 'reference') : (words[f.type] ?? f.type);
}
