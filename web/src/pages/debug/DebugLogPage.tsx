import { PageHeader } from '../../parts/PageHeader';

export function DebugLogPage() {
  return <PageHeader title="Debug log" />;
}
