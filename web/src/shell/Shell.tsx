import { Anchor, AppShell, Burger, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Suspense, useEffect } from 'react';
import { Link, Outlet, useLocation, useNavigate } from 'react-router';

import { loggedOut, query, statusOf } from '../api/client';
import { Explain } from '../parts/Explain';
import { PageSkeleton } from '../parts/PageSkeleton';
import { SessionContext } from '../session';
import { Navigation } from './Navigation';
import { Notices } from './Notices';
import { SearchButton } from './search/SearchButton';
import { PageScope } from './PageScope';
import { useBarWidth } from './useBarWidth';
import { UserMenu } from './UserMenu';
import { Waffle } from './Waffle';

/** Header, navigation and the page; sends whoever is not logged in to the log-in page. */
export function Shell() {
  const [open, { toggle, close }] = useDisclosure();
  const bar = useBarWidth();
  const me = query.useQuery('get', '/api/v1/me');
  const location = useLocation();
  const navigate = useNavigate();
  const here = location.pathname + location.search;

  useEffect(() => {
    const leave = () => void navigate(`/login?to=${encodeURIComponent(here)}`, { replace: true });
    loggedOut.addEventListener('logged-out', leave);
    return () => loggedOut.removeEventListener('logged-out', leave);
  }, [navigate, here]);

  if (!me.data) return me.error && statusOf(me.error) !== 401 ? <Explain error={me.error} /> : <PageSkeleton />;
  return (
    <SessionContext value={me.data}>
      <AppShell header={{ height: 56 }} navbar={{ width: 236, breakpoint: 'sm', collapsed: { mobile: !open } }} padding="lg" style={{ '--bar': `${bar}px` }}>
        <a className="skip" href="#page">
          Skip to the page
        </a>
        <AppShell.Header>
          <Group h="100%" px="md" justify="space-between" wrap="nowrap">
            <Group wrap="nowrap" gap="sm">
              <Burger opened={open} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Navigation" aria-expanded={open} />
              <Anchor component={Link} to="/" underline="never" c="inherit" aria-label="Sluice, home">
                <Group gap={8} wrap="nowrap">
                  <img src="/icon.svg" alt="" width={26} height={26} />
                  <Text fw={650}>Sluice</Text>
                </Group>
              </Anchor>
            </Group>
            <Group gap="xs" wrap="nowrap">
              <SearchButton />
              <Notices />
              <Waffle />
              <UserMenu />
            </Group>
          </Group>
        </AppShell.Header>
        <AppShell.Navbar p="sm" aria-label="Main">
          <Navigation onGo={close} />
        </AppShell.Navbar>
        <AppShell.Main id="page" tabIndex={-1}>
          <div className="page">
            <Suspense fallback={<PageSkeleton />}>
              <PageScope>
                <Outlet />
              </PageScope>
            </Suspense>
          </div>
        </AppShell.Main>
      </AppShell>
    </SessionContext>
  );
}
