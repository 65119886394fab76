import createClient from 'openapi-fetch';
import createHooks from 'openapi-react-query';

import { errors } from './client';
import type { AuditEvent, Connection, ConnectionInput, ErrorBody, Evidence, paths } from './schema';

// Routes that the server's document does not name yet. This file goes when it does.
type Op<R, P = never, B = never, Q = never> = {
  parameters: { header?: never; cookie?: never } & ([Q] extends [never] ? { query?: never } : { query?: Q }) & ([P] extends [never] ? { path?: never } : { path: P });
  responses: { 200: { headers: Record<string, unknown>; content: { 'application/json': R } }; default: { headers: Record<string, unknown>; content: { 'application/problem+json': ErrorBody } } };
} & ([B] extends [never] ? { requestBody?: never } : { requestBody: { content: { 'application/json': B } } });
interface List<T> { items: T[]; next?: number }
interface Name { name: string }

export interface ConsumerKey { id: string; name: string; account?: string; application?: string; consumer_key: string; consumer_secret: string; created_at: string; updated_at: string }
export interface ConsumerKeyInput { name: string; account?: string; application?: string; consumer_key?: string; consumer_secret?: string }
export interface Integration { id: string; name: string; title?: string; description?: string; application?: string; connections: string[] | null }
export interface DebugEntry { id: number; at: string; method: string; url: string; status?: number; took_ms: number; request?: string; response?: string; error?: string }
export interface DeletedConnection { id: string; name: string; kind: string; deleted_at: string; deleted_by: string; purge_at: string }
export interface RestletScript { script: string; deployment: string; script_id: string; deployment_id: string; name: string; status: string; url: string }

interface PendingPaths {
  '/api/v1/consumer-keys': { get: Op<List<ConsumerKey>>; post: Op<ConsumerKey, never, ConsumerKeyInput> };
  '/api/v1/consumer-keys/{name}': { put: Op<ConsumerKey, Name, ConsumerKeyInput>; delete: Op<undefined, Name> };
  '/api/v1/consumer-keys/{name}/connections': { get: Op<List<string>, Name> };
  '/api/v1/integrations': { get: Op<List<Integration>> };
  '/api/v1/integrations/{name}/connections/{connection}': { put: Op<unknown, { name: string; connection: string }> };
  '/api/v1/connections/check': { post: Op<Evidence, never, ConnectionInput> };
  '/api/v1/connections/{name}/replace': { post: Op<{ flows: string[] }, Name, { with: string; flows?: string[] }> };
  '/api/v1/connections/{name}/restlets': { get: Op<List<RestletScript>, Name> };
  '/api/v1/connections/{name}/impact': { get: Op<{ flows: string[] | null; message: string }, Name, never, { wsdl_version?: string }> };
  '/api/v1/connections/{name}/debug': { get: Op<List<DebugEntry>, Name, never, { before?: number; limit?: number }>; put: Op<Connection, Name, { minutes: number }>; delete: Op<undefined, Name> };
  '/api/v1/deleted-connections': { get: Op<List<DeletedConnection>> };
  '/api/v1/deleted-connections/{id}/restore': { post: Op<Connection, { id: string }, { name?: string }> };
  '/api/v1/audit': { get: Op<List<AuditEvent>, never, never, { before?: number; limit?: number; noun?: string; name?: string }> };
}

export const api = createClient<Omit<paths, keyof PendingPaths> & PendingPaths>({ baseUrl: '/' });
api.use(errors);
export const query = createHooks(api);
