import createClient, { type Middleware } from 'openapi-fetch';
import createHooks from 'openapi-react-query';

import type { ErrorBody, paths } from './schema';

/** What the server answers when something is wrong: a code, what happened, where, what to do. */
export type Problem = ErrorBody;

/** Thrown for every answer that is not a success. */
export class ApiError extends Error {
  readonly status: number;
  readonly body: Problem;

  constructor(status: number, body: Problem) {
    super(body.message);
    this.name = 'ApiError';
    this.status = status;
    this.body = body;
  }
}

/** Whoever is not logged in any more is sent to the log-in page by who listens here. */
export const loggedOut = new EventTarget();

const errors: Middleware = {
  async onResponse({ response, schemaPath }) {
    if (response.ok) return;
    if (response.status === 401 && schemaPath !== '/api/v1/login') loggedOut.dispatchEvent(new Event('logged-out'));
    throw new ApiError(response.status, await problemOf(response));
  },
  onError() {
    throw new ApiError(0, { code: 'server.unreachable', message: 'The server does not answer', remedy: 'Check that it runs, then try again' } as Problem);
  },
};

async function problemOf(response: Response): Promise<Problem> {
  try {
    return (await response.json()) as Problem;
  } catch {
    return { code: 'server.answer', message: `The server answered ${response.status} ${response.statusText}` } as Problem;
  }
}

/** Calls the HTTP API; types come from its OpenAPI document. Throws ApiError. */
export const api = createClient<paths>({ baseUrl: '/', querySerializer: { array: { style: 'form', explode: false } } });
api.use(errors);

/** The same as hooks of TanStack Query. */
export const query = createHooks(api);

/** The HTTP status of an error of the API, 0 where no answer came, undefined for other errors. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof ApiError ? error.status : undefined;
}
