import { PageHeader } from '../../parts/PageHeader';

export function Users() {
  return <PageHeader title="Users" />;
}
