import { PageHeader } from '../../parts/PageHeader';

export function NewFlow() {
  return <PageHeader title="New flow" />;
}
