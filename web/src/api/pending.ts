import createClient from 'openapi-fetch';
import createHooks from 'openapi-react-query';

import { errors } from './client';
import type { Connection, ConnectionInput, ErrorBody, Evidence, paths } from './schema';

// Routes that the server's document does not name yet. This file goes when it does.
type Op<R, P = never, B = never, Q = never> = {
  parameters: { header?: never; cookie?: never } & ([Q] extends [never] ? { query?: never } : { query?: Q }) & ([P] extends [never] ? { path?: never } : { path: P });
  responses: { 200: { headers: Record<string, unknown>; content: { 'application/json': R } }; default: { headers: Record<string, unknown>; content: { 'application/problem+json': ErrorBody } } };
} & ([B] extends [never] ? { requestBody?: never } : { requestBody: { content: { 'application/json': B } } });
interface List<T> { items: T[]; next?: number }
interface Name { name: string }

export interface DebugEntry { id: number; at: string; method: string; url: string; status?: number; took_ms: number; request?: string; response?: string; error?: string }
export interface RestletScript { script: string; deployment: string; script_id: string; deployment_id: string; name: string; status: string; url: string }

interface PendingPaths {
  '/api/v1/connections/check': { post: Op<Evidence, never, ConnectionInput> };
  '/api/v1/connections/{name}/restlets': { get: Op<List<RestletScript>, Name> };
  '/api/v1/connections/{name}/debug': { get: Op<List<DebugEntry>, Name, never, { before?: number; limit?: number }>; put: Op<Connection, Name, { minutes: number }>; delete: Op<undefined, Name> };
}

export const api = createClient<Omit<paths, keyof PendingPaths> & PendingPaths>({ baseUrl: '/' });
api.use(errors);
export const query = createHooks(api);
