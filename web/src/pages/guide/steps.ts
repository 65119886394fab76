import type { SetupStep } from '../../api/schema';

// Fields that no step's value is copied into, with the step that explains them.
const explained: Record<string, string> = {
  type: 'enable-features',
  environment: 'account-id',
  iclient: 'integration-record',
  timezone: 'time-zone',
  concurrency: 'concurrency',
  borrow_from: 'concurrency',
  base_url: 'base-url',
  suitetalk_url: 'base-url',
  restlet_url: 'base-url',
  app_url: 'base-url',
  timeout: 'network',
  settle: 'network',
  suitescript: 'restlet-deployment',
};

/** The step that a field of the form belongs to, if one of these does. */
export function stepOf(steps: SetupStep[], field: string | undefined): string | undefined {
  if (!field) return undefined;
  const copied = steps.find((s) => s.copies.some((c) => c.field === field));
  return copied?.id ?? steps.find((s) => s.id === explained[field])?.id;
}

/** The fields of the form that a step is about. */
export function fieldsOf(step: SetupStep): string[] {
  const named = Object.entries(explained).filter(([, id]) => id === step.id);
  return [...new Set([...step.copies.map((c) => c.field), ...named.map(([field]) => field)])];
}

/** Where Oracle publishes a page of NetSuite's help. */
export function helpAddress(page: string): string {
  return `https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/${encodeURIComponent(page)}.html`;
}
