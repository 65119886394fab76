import { PageHeader } from '../../parts/PageHeader';

export function FlowPage() {
  return <PageHeader title="Flow" />;
}
