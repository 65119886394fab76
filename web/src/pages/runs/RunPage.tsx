import { PageHeader } from '../../parts/PageHeader';

export function RunPage() {
  return <PageHeader title="Run" />;
}
