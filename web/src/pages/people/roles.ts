/** The roles, from all to little, with what each may do. */
export const roles = [
  { value: 'owner', label: 'Owner', about: 'Everything, the other people included.' },
  { value: 'administrator', label: 'Administrator', about: 'Everything, the other people included.' },
  { value: 'manage', label: 'Manage', about: 'Connections, flows, runs and data. Not the people.' },
  { value: 'monitor', label: 'Monitor', about: 'Looks at everything and changes nothing.' },
] as const;

export type Role = (typeof roles)[number]['value'];

export function roleLabel(role: string): string {
  return roles.find((r) => r.value === role)?.label ?? role;
}

/** The roles that somebody of a role may give: never more than their own. */
export function rolesUpTo(role: string) {
  const own = roles.findIndex((r) => r.value === role);
  return roles.slice(Math.max(own, 0));
}
