import { ConnectionSubpage } from '../../parts/ConnectionSubpage';
import { DebugLog } from './DebugLog';

/** The debug log of one connection, on a page of its own. */
export function DebugLogPage() {
  return <ConnectionSubpage title="Debug log">{(connection) => <DebugLog connection={connection} />}</ConnectionSubpage>;
}
