import { PageHeader } from '../../parts/PageHeader';

export function DoctorStart() {
  return <PageHeader title="Doctor" />;
}
