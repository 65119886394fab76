import { Anchor, Badge, Text } from '@mantine/core';
import { Link } from 'react-router';

import type { Effect } from '../../api/schema';
import classes from './sunset.module.css';

/** What an end does to what uses it. */
export const kinds: Record<Effect['kind'], string> = { stops: 'Stops', unsupported: 'Loses support', closed: 'No new ones' };

/** What ends for a connection, in the order of the releases: when, what, and what to do about it. */
export function Effects({ items, connection }: { items: Effect[]; connection: string }) {
  if (items.length === 0) return null;
  return (
    <ol className={classes.effects} aria-label={`What ends for ${connection}`}>
      {items.map((e) => (
        <li key={e.code}>
          <div className={classes.when}>
            <Text size="sm" fw={600} c={e.past && e.kind !== 'closed' ? 'var(--status-bad)' : undefined}>
              NetSuite {e.release}
            </Text>
            <Text size="xs" c="dimmed">
              {e.past ? `since ${e.when}` : e.when}
            </Text>
          </div>
          <div>
            <Text size="sm" component="div">
              <Badge mr={6}>{kinds[e.kind]}</Badge>
              {e.what}
              {e.tentative && ' (tentative)'}
            </Text>
            {e.detail && (
              <Text size="xs" c="dimmed" mt={2}>
                {e.detail}
              </Text>
            )}
            <Text size="sm" mt={4}>
              Should become: {e.become} <Way code={e.code} connection={connection} />
            </Text>
          </div>
        </li>
      ))}
    </ol>
  );
}

/** The first step, where it is taken in these pages. */
function Way({ code, connection }: { code: string; connection: string }) {
  const page = `/connections/${encodeURIComponent(connection)}`;
  const [to, label] = code === 'login.token' ? [`${page}?tab=oauth2`, 'Move to OAuth 2.0'] : code === 'login.password' || code.startsWith('soap.wsdl-') ? [page, 'Change the connection'] : [];
  if (!to) return null;
  return (
    <Anchor component={Link} to={to} size="sm" underline="always" aria-label={`${label}: ${connection}`}>
      {label}
    </Anchor>
  );
}
