import { ActionIcon, Popover, Skeleton } from '@mantine/core';
import { IconBell } from '@tabler/icons-react';
import { lazy, Suspense, useRef, useState } from 'react';

import { query } from '../api/client';
import classes from './notices.module.css';

const NoticeList = lazy(() => import('./NoticeList').then((m) => ({ default: m.NoticeList })));

/** The bell: how many things need somebody, which, and the way there. */
export function Notices() {
  const [open, setOpen] = useState(false);
  const list = useRef<HTMLDivElement>(null);
  const notices = query.useQuery('get', '/api/v1/notices', { params: { query: { open: true } } }, { refetchInterval: 30_000 });
  const items = notices.data?.items ?? [];
  const label = items.length === 0 ? 'Notices' : items.length === 1 ? 'Notices: 1 is open' : `Notices: ${items.length} are open`;
  return (
    <Popover position="bottom-end" width={400} opened={open} onChange={setOpen} trapFocus returnFocus withRoles>
      <Popover.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={label} onClick={() => setOpen(!open)} className={classes.bell}>
          <IconBell size={20} aria-hidden />
          {items.length > 0 && (
            <span className={classes.count} aria-hidden>
              {items.length > 99 ? '99+' : items.length}
            </span>
          )}
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown maw="calc(100vw - 24px)" aria-label="Notices">
        <div ref={list} data-autofocus tabIndex={-1} style={{ outline: 'none' }}>
          <Suspense fallback={<Skeleton height={120} />}>
            <NoticeList open={items} error={notices.error} onGo={() => setOpen(false)} onClosed={() => list.current?.focus()} />
          </Suspense>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
