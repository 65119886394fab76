import { PageHeader } from '../../parts/PageHeader';

export function Connections() {
  return <PageHeader title="Connections" />;
}
