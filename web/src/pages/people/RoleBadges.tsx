import { Badge, Group, Text } from '@mantine/core';

import { addsNothing, roleLabel } from './roles';

/** An account-wide role, and what roles in integrations add to it. */
export function RoleBadges({ role, integrations = {} }: { role: string; integrations?: Record<string, string> }) {
  const added = Object.entries(integrations).filter(([, r]) => !addsNothing(role, r));
  return (
    <Group gap={6} maw={420}>
      {(role !== 'member' || added.length === 0) && <Text size="sm">{role === 'member' ? 'Nothing yet' : roleLabel(role)}</Text>}
      {added.map(([name, r]) => (
        <Badge key={name} variant={r === 'manage' ? 'light' : 'default'} tt="none" fw={500} title={`${roleLabel(r)} in ${name}`}>
          {name}: {roleLabel(r)}
        </Badge>
      ))}
    </Group>
  );
}
