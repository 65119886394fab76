import { PageHeader } from '../../parts/PageHeader';

export function DoctorPage() {
  return <PageHeader title="Doctor" />;
}
