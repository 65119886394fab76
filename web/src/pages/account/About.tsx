import { PageHeader } from '../../parts/PageHeader';

export function About() {
  return <PageHeader title="About" />;
}
