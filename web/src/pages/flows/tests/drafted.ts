import { useEffect, useEffectEvent } from 'react';
import { useLocation, useNavigate } from 'react-router';

interface Drafted {
  testCase: string;
}

/** What a page hands over when it opens the tests with a new case. */
export function draftedCase(testCase: string): Drafted {
  return { testCase };
}

function isDrafted(state: unknown): state is Drafted {
  return typeof state === 'object' && state !== null && typeof (state as Partial<Drafted>).testCase === 'string';
}

/** Takes the case that another page has made, once. It does not stay in the browser's history. */
export function useDrafted(onCase: (text: string) => void) {
  const { pathname, search, state } = useLocation();
  const navigate = useNavigate();
  const testCase = isDrafted(state) ? state.testCase : undefined;
  const take = useEffectEvent((text: string) => {
    onCase(text);
    void navigate(pathname + search, { replace: true, state: null });
  });
  useEffect(() => {
    if (testCase !== undefined) take(testCase);
  }, [testCase]);
}
