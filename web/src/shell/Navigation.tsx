import { NavLink, ScrollArea } from '@mantine/core';
import { useState } from 'react';
import { Link, useLocation } from 'react-router';

import { useSession } from '../session';
import { type Area, areas, type Place } from './places';

/** The navigation at the left. An area opens and closes; the one of the page is open. */
export function Navigation({ onGo }: { onGo: () => void }) {
  const me = useSession();
  const allowed = (p: Place) => !p.permission || (me.permissions ?? []).includes(p.permission);
  return (
    <ScrollArea type="auto">
      {areas.map((area) => {
        const places = area.places.filter(allowed);
        if (places.length === 0) return null;
        return area.label ? <AreaLinks key={area.label} area={area} places={places} onGo={onGo} /> : places.map((p) => <PlaceLink key={p.to} place={p} onGo={onGo} />);
      })}
    </ScrollArea>
  );
}

function AreaLinks({ area, places, onGo }: { area: Area; places: Place[]; onGo: () => void }) {
  const [open, setOpen] = useState(true);
  const Icon = area.icon;
  return (
    <NavLink component="button" label={area.label} leftSection={Icon && <Icon size={18} aria-hidden />} opened={open} onChange={setOpen} aria-expanded={open} childrenOffset={12}>
      {places.map((p) => (
        <PlaceLink key={p.to} place={p} onGo={onGo} />
      ))}
    </NavLink>
  );
}

function PlaceLink({ place, onGo }: { place: Place; onGo: () => void }) {
  const { pathname } = useLocation();
  const here = place.to === '/' ? pathname === '/' : pathname === place.to || pathname.startsWith(`${place.to}/`);
  return (
    <NavLink
      component={Link}
      to={place.to}
      label={place.label}
      active={here}
      aria-current={here ? 'page' : undefined}
      onClick={onGo}
      leftSection={<place.icon size={18} aria-hidden />}
    />
  );
}
