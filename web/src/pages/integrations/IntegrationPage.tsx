import { PageHeader } from '../../parts/PageHeader';

export function IntegrationPage() {
  return <PageHeader title="Integration" />;
}
