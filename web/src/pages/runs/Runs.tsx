import { PageHeader } from '../../parts/PageHeader';

export function Runs() {
  return <PageHeader title="Runs" />;
}
