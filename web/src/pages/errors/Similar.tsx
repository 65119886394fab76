import { Anchor } from '@mantine/core';
import { Link } from 'react-router';

import { query } from '../../api/client';
import type { RecordError } from '../../api/schema';
import { counted } from './counted';
import { addressOf } from './filter';

/** How many more errors of the flow have the same code, and the way to them. */
export function Similar({ error: e }: { error: RecordError }) {
  const filter = { state: 'open' as const, flow: e.flow, code: e.code };
  const alike = query.useQuery('get', '/api/v1/errors/summary', { params: { query: filter } }, { enabled: e.code !== '' });
  const others = (alike.data?.open ?? 0) - (e.state === 'open' ? 1 : 0);
  if (others <= 0) return null;
  return (
    <Anchor component={Link} to={addressOf(filter)} size="sm" underline="always">
      {`${counted(others, 'more open error')} with this code`}
    </Anchor>
  );
}
