import type { State } from '../../api/schema';

/** How far a restore has got, as the server lets one see. */
export type Progress = 'stopping' | 'away' | 'restored' | 'failed';

/**
 * Asks the server how far it is. A server that has restored knows nobody's session; one
 * that has not still knows it, and has nothing under way any more.
 */
export async function progressOf(ask: typeof fetch = fetch): Promise<Progress> {
  try {
    const response = await ask('/api/v1/restore', { cache: 'no-store', signal: AbortSignal.timeout(5_000) });
    if (response.status === 401) return 'restored';
    if (!response.ok) return 'away';
    return ((await response.json()) as State).begun ? 'stopping' : 'failed';
  } catch {
    return 'away';
  }
}
