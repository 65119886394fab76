import { createBrowserRouter } from 'react-router';

import { Failed, NotFound } from './pages/Failed';
import { LogIn } from './pages/LogIn';
import { Shell } from './shell/Shell';

/** A page that is loaded when it is first shown. It exports a component of the name. */
function page<K extends string>(load: () => Promise<Record<K, React.ComponentType>>, name: K) {
  return async () => ({ Component: (await load())[name] });
}

export const router = createBrowserRouter([
  { path: '/login', Component: LogIn, ErrorBoundary: Failed },
  {
    path: '/',
    Component: Shell,
    ErrorBoundary: Failed,
    HydrateFallback: () => null,
    children: [
      { index: true, lazy: page(() => import('./pages/Home'), 'Home') },
      { path: '*', Component: NotFound },
    ],
  },
]);
