import { ActionIcon, Menu } from '@mantine/core';
import { IconGridDots } from '@tabler/icons-react';
import { Link } from 'react-router';

import { useSession } from '../session';
import { areas } from './places';

/** The menu behind the nine dots at the upper right. */
export function Waffle() {
  const me = useSession();
  const places = areas.flatMap((a) => a.places).filter((p) => p.waffle && (!p.permission || (me.permissions ?? []).includes(p.permission)));
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label="All places">
          <IconGridDots size={20} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {places.map((p) => (
          <Menu.Item key={p.to} component={Link} to={p.to} leftSection={<p.icon size={18} aria-hidden />}>
            {p.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
