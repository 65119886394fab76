import { ActionIcon, Menu, Text, useMantineColorScheme } from '@mantine/core';
import { IconDatabaseExport, IconDeviceDesktop, IconInfoCircle, IconLogout, IconMoon, IconSettings, IconSun, IconUser, IconUserCircle } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from 'react-router';

import { api } from '../api/client';
import { roleLabel } from '../pages/people/roles';
import { useMay, useSession } from '../session';

const schemes = [
  { value: 'light', label: 'Light', icon: IconSun },
  { value: 'dark', label: 'Dark', icon: IconMoon },
  { value: 'auto', label: 'As the system', icon: IconDeviceDesktop },
] as const;

/** Who is logged in, the colour scheme, and the way out. */
export function UserMenu() {
  const me = useSession();
  const mayOperate = useMay('server.operate');
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const logOut = async () => {
    const { data } = await api.POST('/api/v1/oidc/logout');
    queries.clear();
    // Who signed in at a provider is logged out there too.
    if (data?.url) window.location.assign(data.url);
    else void navigate('/login');
  };
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Your account">
          <IconUserCircle size={22} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" fw={600} truncate>
            {me.name}
          </Text>
          <Text size="xs">{roleLabel(me.role)}</Text>
        </Menu.Label>
        <Menu.Item component={Link} to="/account" leftSection={<IconUser size={18} aria-hidden />}>
          Your account
        </Menu.Item>
        {mayOperate && (
          <>
            <Menu.Item component={Link} to="/settings" leftSection={<IconSettings size={18} aria-hidden />}>
              Settings
            </Menu.Item>
            <Menu.Item component={Link} to="/backup" leftSection={<IconDatabaseExport size={18} aria-hidden />}>
              Backup &amp; keys
            </Menu.Item>
          </>
        )}
        <Menu.Item component={Link} to="/about" leftSection={<IconInfoCircle size={18} aria-hidden />}>
          About Sluice
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>Colours</Menu.Label>
        {schemes.map((s) => (
          <Menu.Item key={s.value} role="menuitemradio" aria-checked={colorScheme === s.value} leftSection={<s.icon size={18} aria-hidden />} fw={colorScheme === s.value ? 650 : undefined} onClick={() => setColorScheme(s.value)}>
            {s.label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={18} aria-hidden />} onClick={() => void logOut()}>
          Log out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
