import { PageHeader } from '../../parts/PageHeader';

export function DebugLogs() {
  return <PageHeader title="Debug logs" />;
}
