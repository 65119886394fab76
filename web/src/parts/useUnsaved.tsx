import { useEffect, useRef, useState } from 'react';
import { useBlocker } from 'react-router';

import { Ask } from './Ask';

/**
 * Keeps what was entered from being lost by accident: asks before the page is left by a
 * link, by going back, by closing the tab, or by what is handed to leave. The form reports
 * whether it holds something that is not stored.
 */
export function useUnsaved() {
  const [dirty, report] = useState(false);
  const allowed = useRef(false);
  const [waiting, setWaiting] = useState<() => void>();
  const blocker = useBlocker(({ currentLocation, nextLocation }) => dirty && !allowed.current && currentLocation.pathname + currentLocation.search !== nextLocation.pathname + nextLocation.search);
  useEffect(() => {
    if (!dirty) return;
    allowed.current = false;
    const warn = (event: BeforeUnloadEvent) => {
      if (!allowed.current) event.preventDefault();
    };
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [dirty]);

  /** Goes without asking: what was entered is stored. Counts until something is entered again. */
  const go = (away: () => void) => {
    allowed.current = true;
    away();
  };
  /** Asks where something would be lost, else goes. */
  const leave = (away: () => void) => (dirty ? setWaiting(() => away) : away());
  const stay = () => {
    setWaiting(undefined);
    if (blocker.state === 'blocked') blocker.reset();
  };
  const dialog = (
    <Ask
      opened={Boolean(waiting) || blocker.state === 'blocked'}
      title="Leave without saving?"
      yes="Leave"
      no="Stay"
      danger
      onNo={stay}
      onYes={() => {
        if (blocker.state === 'blocked') return blocker.proceed();
        if (waiting) go(waiting);
        setWaiting(undefined);
      }}
    >
      What you entered has not been saved.
    </Ask>
  );
  return { report, leave, go, dialog };
}

export type Unsaved = ReturnType<typeof useUnsaved>;
