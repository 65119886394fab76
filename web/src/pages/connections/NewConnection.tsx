import { PageHeader } from '../../parts/PageHeader';

export function NewConnection() {
  return <PageHeader title="Create connection" />;
}
