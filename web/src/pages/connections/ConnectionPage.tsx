import { PageHeader } from '../../parts/PageHeader';

export function ConnectionPage() {
  return <PageHeader title="Connection" />;
}
