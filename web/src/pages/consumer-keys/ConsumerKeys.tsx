import { PageHeader } from '../../parts/PageHeader';

export function ConsumerKeys() {
  return <PageHeader title="Consumer keys (iClient)" />;
}
