import { ActionIcon, Button, Fieldset, Group, Select, Stack, Text } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';

import { titleOf, useIntegrations } from '../../api/integrations';
import { integrationRoles, type IntegrationRole } from './roles';

export type Roles = Record<string, IntegrationRole>;

interface Props {
  label: string;
  about?: string;
  value: Roles;
  onChange: (roles: Roles) => void;
  error?: React.ReactNode;
}

/** Chooses a role in single integrations, a row for each. */
export function IntegrationRoles({ label, about, value, onChange, error }: Props) {
  const integrations = useIntegrations();
  const all = integrations.data ?? [];
  const names = Object.keys(value);
  const free = all.filter((i) => !names.includes(i.name));
  const title = (name: string) => titleOf(all.find((i) => i.name === name) ?? { name });
  const without = (name: string) => Object.fromEntries(Object.entries(value).filter(([n]) => n !== name)) as Roles;
  return (
    <Fieldset legend={label} radius="sm" p="sm" styles={{ root: { background: 'none' }, legend: { fontWeight: 600, fontSize: 'var(--mantine-font-size-sm)' } }}>
      <Stack gap="xs">
        {about && (
          <Text size="xs" c="dimmed">
            {about}
          </Text>
        )}
        {names.map((name) => (
          <Group key={name} gap="xs" wrap="nowrap">
            <Text size="sm" flex={1} miw={0} truncate title={name}>
              {title(name)}
            </Text>
            <Select
              w={130}
              size="xs"
              aria-label={`Role in ${title(name)}`}
              data={integrationRoles.map((r) => ({ ...r }))}
              value={value[name] ?? null}
              allowDeselect={false}
              onChange={(r) => r && onChange({ ...value, [name]: r as IntegrationRole })}
            />
            <ActionIcon variant="subtle" color="gray" aria-label={`Take ${title(name)} away`} onClick={() => onChange(without(name))}>
              <IconX size={16} aria-hidden />
            </ActionIcon>
          </Group>
        ))}
        {free.length > 0 && (
          <Select
            size="xs"
            aria-label="Add an integration"
            placeholder="Add an integration"
            leftSection={<IconPlus size={14} aria-hidden />}
            searchable
            value={null}
            data={free.map((i) => ({ value: i.name, label: titleOf(i) }))}
            onChange={(name) => name && onChange({ ...value, [name]: 'monitor' })}
          />
        )}
        {integrations.error && (
          <Button size="xs" variant="default" onClick={() => void integrations.refetch()}>
            The integrations did not load: try again
          </Button>
        )}
        {error && (
          <Text size="xs" c="var(--status-bad)" role="alert">
            {error}
          </Text>
        )}
      </Stack>
    </Fieldset>
  );
}
