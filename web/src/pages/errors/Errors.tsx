import { PageHeader } from '../../parts/PageHeader';

export function Errors() {
  return <PageHeader title="Errors" />;
}
