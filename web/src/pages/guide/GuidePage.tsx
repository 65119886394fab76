import { PageHeader } from '../../parts/PageHeader';

export function GuidePage() {
  return <PageHeader title="Set-up guide" />;
}
