import {
  IconAlertCircle,
  IconApps,
  IconBell,
  IconBook2,
  IconBug,
  IconCalendarOff,
  IconFileText,
  IconGauge,
  IconHistory,
  IconHome,
  IconKey,
  IconLicense,
  IconPlug,
  IconRoute,
  IconStethoscope,
  IconUsers,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';

import type { Permission } from '../session';

/** A place that the navigation leads to. */
export interface Place {
  label: string;
  to: string;
  icon: ComponentType<{ size?: number; 'aria-hidden'?: boolean }>;
  permission?: Permission;
  /** Shown behind the waffle too. */
  waffle?: boolean;
}

/** A heading of the navigation with its places; one without label stands alone. */
export interface Area {
  label?: string;
  icon?: Place['icon'];
  places: Place[];
}

export const areas: Area[] = [
  { places: [{ label: 'Home', to: '/', icon: IconHome, waffle: true }] },
  {
    label: 'Resources',
    icon: IconApps,
    places: [
      { label: 'Connections', to: '/connections', icon: IconPlug, waffle: true },
      { label: 'Consumer keys (iClient)', to: '/consumer-keys', icon: IconLicense, waffle: true },
    ],
  },
  {
    label: 'Operations',
    icon: IconHistory,
    places: [
      { label: 'Runs', to: '/runs', icon: IconHistory, waffle: true },
      { label: 'Errors', to: '/errors', icon: IconAlertCircle, waffle: true },
      { label: 'Trace', to: '/trace', icon: IconRoute },
      { label: 'Concurrency', to: '/concurrency', icon: IconGauge, permission: 'view' },
      { label: 'Channels', to: '/channels', icon: IconBell, permission: 'connections.edit' },
    ],
  },
  {
    label: 'Help',
    icon: IconStethoscope,
    places: [
      { label: 'Set-up guide', to: '/guide', icon: IconBook2, waffle: true },
      { label: 'Doctor', to: '/doctor', icon: IconStethoscope, waffle: true },
      { label: 'Sunset', to: '/sunset', icon: IconCalendarOff, waffle: true },
      { label: 'Debug logs', to: '/debug', icon: IconBug, permission: 'connections.edit' },
    ],
  },
  {
    label: 'Account',
    icon: IconUsers,
    places: [
      { label: 'Users', to: '/users', icon: IconUsers, permission: 'people.edit' },
      { label: 'API tokens', to: '/tokens', icon: IconKey },
      { label: 'Audit log', to: '/audit', icon: IconFileText, permission: 'people.edit' },
    ],
  },
];
