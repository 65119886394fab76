import { ConnectionSubpage } from '../../parts/ConnectionSubpage';
import { Examination } from './Examination';

/** The doctor for one connection. */
export function DoctorPage() {
  return <ConnectionSubpage title="Doctor">{(connection) => <Examination key={connection.id} connection={connection} />}</ConnectionSubpage>;
}
