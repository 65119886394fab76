/** The role of people who may do nothing but what integrations say. */
export const member = 'member';

/** The roles, from all to little, with what each may do. */
export const roles = [
  { value: 'owner', label: 'Owner', about: 'Everything, the other people included.' },
  { value: 'administrator', label: 'Administrator', about: 'Everything, the other people included.' },
  { value: 'manage', label: 'Manage', about: 'Connections, flows, runs and data. Not the people.' },
  { value: 'monitor', label: 'Monitor', about: 'Looks at everything and changes nothing.' },
  { value: member, label: 'By integration', about: 'Only the integrations that are chosen below.' },
] as const;

export type Role = (typeof roles)[number]['value'];

/** Roles in one integration. */
export const integrationRoles = [
  { value: 'manage', label: 'Manage' },
  { value: 'monitor', label: 'Monitor' },
] as const;

export type IntegrationRole = (typeof integrationRoles)[number]['value'];

export function roleLabel(role: string): string {
  return roles.find((r) => r.value === role)?.label ?? role;
}

function rank(role: string): number {
  const at = roles.findIndex((r) => r.value === role);
  return at < 0 ? roles.length : at;
}

/** The roles that somebody of a role may give: never more than their own. */
export function rolesUpTo(role: string) {
  return roles.slice(Math.min(rank(role), roles.length - 1));
}

/** Whether a role in an integration adds nothing to an account-wide role. */
export function addsNothing(accountWide: string, inIntegration: string): boolean {
  return rank(accountWide) <= rank(inIntegration);
}

/** The greatest of an account-wide role and roles in integrations. */
export function best(accountWide: string, integrations: Record<string, string> = {}): string {
  return Object.values(integrations).reduce((a, b) => (rank(b) < rank(a) ? b : a), accountWide);
}
