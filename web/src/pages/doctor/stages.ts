import type { Diagnosis, Stage } from '../../api/schema';

/** What people call the parts of the path. */
export const stageLabels: Record<string, string> = {
  settings: 'Settings',
  name: 'Name',
  connection: 'Connection',
  encryption: 'TLS',
  clock: 'Clock',
  login: 'Login',
  rest: 'REST',
  suiteql: 'SuiteQL',
  restlets: 'RESTlets',
  permissions: 'Permissions',
  'time-zone': 'Time zone',
  limits: 'Limits',
};

export const stateLabels: Record<string, string> = {
  ok: 'holds',
  broken: 'broken here',
  unknown: 'NetSuite does not tell',
  skipped: 'not asked',
};

/** The whole path in one sentence, for who cannot see the picture. */
export function pathInWords(diagnosis: Diagnosis): string {
  const path = diagnosis.path ?? [];
  const label = (s: Stage) => stageLabels[s.name] ?? s.name;
  const broken = path.find((s) => s.state === 'broken');
  if (!broken) return `The path to NetSuite holds: ${path.filter((s) => s.state === 'ok').map(label).join(', ')}.`;
  const before = path.slice(0, path.indexOf(broken)).filter((s) => s.state === 'ok');
  return `The path to NetSuite is broken at ${label(broken)}.${before.length > 0 ? ` Before it, ${before.map(label).join(', ')} hold.` : ''}`;
}
