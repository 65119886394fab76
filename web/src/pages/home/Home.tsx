import { PageHeader } from '../../parts/PageHeader';

export function Home() {
  return <PageHeader title="Home" />;
}
