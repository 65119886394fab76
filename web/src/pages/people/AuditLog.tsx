import { PageHeader } from '../../parts/PageHeader';

export function AuditLog() {
  return <PageHeader title="Audit log" />;
}
