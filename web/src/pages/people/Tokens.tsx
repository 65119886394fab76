import { PageHeader } from '../../parts/PageHeader';

export function Tokens() {
  return <PageHeader title="API tokens" />;
}
