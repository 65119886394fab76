import { PageHeader } from '../../parts/PageHeader';

export function YourAccount() {
  return <PageHeader title="Your account" />;
}
