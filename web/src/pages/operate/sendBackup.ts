import { ApiError, type Problem } from '../../api/client';
import type { Staged } from '../../api/schema';

/**
 * Brings a backup to the server, which checks it and says what it holds. `sent` hears how
 * much of it has gone, from 0 to 1: fetch cannot tell, an XMLHttpRequest can.
 */
export function sendBackup(file: File, sent: (share: number) => void, signal: AbortSignal): Promise<Staged> {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    const unreachable = () => fail(new ApiError(0, { code: 'server.unreachable', message: 'The backup did not reach the server', remedy: 'Check that the server runs, then try again' } as Problem));
    request.open('POST', `/api/v1/restore?name=${encodeURIComponent(file.name.slice(0, 200))}`);
    request.setRequestHeader('Content-Type', 'application/gzip');
    request.responseType = 'text';
    request.upload.onprogress = (event) => sent(event.lengthComputable && event.total > 0 ? event.loaded / event.total : 0);
    request.onload = () => {
      let body: unknown;
      try {
        body = JSON.parse(request.responseText);
      } catch {
        body = { code: 'server.answer', message: `The server answered ${request.status}` };
      }
      if (request.status === 200) done(body as Staged);
      else fail(new ApiError(request.status, body as Problem));
    };
    request.onerror = unreachable;
    request.ontimeout = unreachable;
    request.onabort = () => fail(new DOMException('given up', 'AbortError'));
    signal.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}
