import { createBrowserRouter } from 'react-router';

import { Failed, NotFound } from './pages/Failed';
import { Shell } from './shell/Shell';

/** A page that is loaded when it is first shown. It exports a component of the name. */
function page<K extends string>(load: () => Promise<Record<K, React.ComponentType>>, name: K) {
  return async () => ({ Component: (await load())[name] });
}

export const router = createBrowserRouter([
  { path: '/login', lazy: page(() => import('./pages/LogIn'), 'LogIn'), ErrorBoundary: Failed, HydrateFallback: () => null },
  {
    path: '/',
    Component: Shell,
    ErrorBoundary: Failed,
    HydrateFallback: () => null,
    children: [
      { index: true, lazy: page(() => import('./pages/home/Home'), 'Home') },
      { path: 'integrations/:name', lazy: page(() => import('./pages/integrations/IntegrationPage'), 'IntegrationPage') },
      { path: 'flows/new', lazy: page(() => import('./pages/flows/NewFlow'), 'NewFlow') },
      { path: 'flows/:name', lazy: page(() => import('./pages/flows/FlowPage'), 'FlowPage') },
      { path: 'connections', lazy: page(() => import('./pages/connections/Connections'), 'Connections') },
      { path: 'connections/new', lazy: page(() => import('./pages/connections/NewConnection'), 'NewConnection') },
      { path: 'connections/:name', lazy: page(() => import('./pages/connections/ConnectionPage'), 'ConnectionPage') },
      { path: 'connections/:name/doctor', lazy: page(() => import('./pages/doctor/DoctorPage'), 'DoctorPage') },
      { path: 'consumer-keys', lazy: page(() => import('./pages/consumer-keys/ConsumerKeys'), 'ConsumerKeys') },
      { path: 'guide', lazy: page(() => import('./pages/guide/GuidePage'), 'GuidePage') },
      { path: 'doctor', lazy: page(() => import('./pages/doctor/DoctorStart'), 'DoctorStart') },
      { path: 'sunset', lazy: page(() => import('./pages/sunset/SunsetPage'), 'SunsetPage') },
      { path: 'debug', lazy: page(() => import('./pages/debug/DebugLogs'), 'DebugLogs') },
      { path: 'debug/:name', lazy: page(() => import('./pages/debug/DebugLogPage'), 'DebugLogPage') },
      { path: 'runs', lazy: page(() => import('./pages/runs/Runs'), 'Runs') },
      { path: 'runs/:id', lazy: page(() => import('./pages/runs/RunPage'), 'RunPage') },
      { path: 'concurrency', lazy: page(() => import('./pages/concurrency/Concurrency'), 'Concurrency') },
      { path: 'errors', lazy: page(() => import('./pages/errors/Errors'), 'Errors') },
      { path: 'trace', lazy: page(() => import('./pages/trace/TracePage'), 'TracePage') },
      { path: 'channels', lazy: page(() => import('./pages/channels/Channels'), 'Channels') },
      { path: 'users', lazy: page(() => import('./pages/people/Users'), 'Users') },
      { path: 'tokens', lazy: page(() => import('./pages/people/Tokens'), 'Tokens') },
      { path: 'audit', lazy: page(() => import('./pages/people/AuditLog'), 'AuditLog') },
      { path: 'account', lazy: page(() => import('./pages/account/YourAccount'), 'YourAccount') },
      { path: 'backup', lazy: page(() => import('./pages/operate/Operate'), 'Operate') },
      { path: 'settings', lazy: page(() => import('./pages/settings/Settings'), 'Settings') },
      { path: 'about', lazy: page(() => import('./pages/about/About'), 'About') },
      { path: '*', Component: NotFound },
    ],
  },
]);
