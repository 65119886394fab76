import createClient from 'openapi-fetch';
import createHooks from 'openapi-react-query';

import { errors } from './client';
import type { AuditEvent, Connection as Known, ConnectionInput, Error, ErrorBody, Evidence, Identity, paths, SetupStep } from './schema';

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
export interface CandidateLogin { type: string; settings?: Record<string, string>; secrets?: Record<string, string>; made_at: string; error?: Error; tried_at?: string }
export type Connection = Known & { candidate?: CandidateLogin };
export interface DebugEntry { id: number; at: string; method: string; url: string; status?: number; took_ms: number; request?: string; response?: string; error?: string }
export interface DeletedConnection { id: string; name: string; kind: string; deleted_at: string; deleted_by: string; purge_at: string }
export interface Authorization { id: string; connection: string; state: string; url?: string; callback: string; error?: Error; identity?: Identity; expires_at: string }
export interface PreparedCertificate { certificate: string; fingerprint: string; algorithm: string; ends_at: string; upload: SetupStep }
export interface Comparison { name: string; token: string; oauth2: string; known: boolean; same: boolean }
export interface Trial { ok: boolean; message: string; present: Evidence; new: Evidence; rows: Comparison[] }
export interface RoleNeed { id: string; permission: string; level: string; because: string[]; shown: 'held' | 'refused' | 'not shown'; evidence?: string }
export interface RoleReport { role?: string; needed: RoleNeed[]; lacking: RoleNeed[]; excess: RoleNeed[]; unknown: string[]; known: boolean; note: string }
export interface RestletScript { script: string; deployment: string; script_id: string; deployment_id: string; name: string; status: string; url: string }

interface PendingPaths {
  '/api/v1/consumer-keys': { get: Op<List<ConsumerKey>>; post: Op<ConsumerKey, never, ConsumerKeyInput> };
  '/api/v1/consumer-keys/{name}': { put: Op<ConsumerKey, Name, ConsumerKeyInput>; delete: Op<undefined, Name> };
  '/api/v1/consumer-keys/{name}/connections': { get: Op<List<string>, Name> };
  '/api/v1/integrations': { get: Op<List<Integration>> };
  '/api/v1/integrations/{name}/connections/{connection}': { put: Op<unknown, { name: string; connection: string }> };
  '/api/v1/connections/check': { post: Op<Evidence, never, ConnectionInput> };
  '/api/v1/connections/{name}/replace': { post: Op<{ flows: string[] }, Name, { with: string; flows?: string[] }> };
  '/api/v1/connections/{name}/authorize': { post: Op<Authorization, Name, { return?: string }> };
  '/api/v1/authorizations/{id}': { get: Op<Authorization, { id: string }> };
  '/api/v1/connections/{name}/candidate/prove': { post: Op<Evidence, Name> };
  '/api/v1/connections/{name}/candidate': { delete: Op<Connection, Name> };
  '/api/v1/connections/{name}/previous/restore': { post: Op<Connection, Name> };
  '/api/v1/connections/{name}/previous': { delete: Op<Connection, Name> };
  '/api/v1/connections/{name}/oauth2/prepare': { post: Op<PreparedCertificate, Name, { algorithm?: 'ec-p256' | 'rsa-3072' | 'rsa-4096'; days?: number }> };
  '/api/v1/connections/{name}/oauth2/trial': { post: Op<Trial, Name, { certificate_id: string; client_id?: string; iclient?: string }> };
  '/api/v1/connections/{name}/oauth2/switch': { post: Op<Connection, Name> };
  '/api/v1/connections/{name}/restlets': { get: Op<List<RestletScript>, Name> };
  '/api/v1/connections/{name}/impact': { get: Op<{ flows: string[] | null; message: string }, Name, never, { wsdl_version?: string }> };
  '/api/v1/connections/{name}/role': { get: Op<RoleReport, Name> };
  '/api/v1/connections/{name}/debug': { get: Op<List<DebugEntry>, Name, never, { before?: number; limit?: number }>; put: Op<Connection, Name, { minutes: number }>; delete: Op<undefined, Name> };
  '/api/v1/deleted-connections': { get: Op<List<DeletedConnection>> };
  '/api/v1/deleted-connections/{id}/restore': { post: Op<Connection, { id: string }, { name?: string }> };
  '/api/v1/audit': { get: Op<List<AuditEvent>, never, never, { before?: number; limit?: number; noun?: string; name?: string }> };
}

export const api = createClient<Omit<paths, keyof PendingPaths> & PendingPaths>({ baseUrl: '/' });
api.use(errors);
export const query = createHooks(api);
