import { ActionIcon, Anchor, Group, Select, Text, Tooltip } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';

import { query } from '../../../api/client';
import type { ConsumerKey } from '../../../api/schema';
import { useMay } from '../../../session';
import { ConsumerKeyPane } from '../../consumer-keys/ConsumerKeyPane';
import { readAccount } from '../account';
import { common, type FieldProps } from './FieldInput';

/** How a consumer key stands to an account: of the same one, of another, or not known. */
export function fit(key: Pick<ConsumerKey, 'account'>, account: string): 'same' | 'other' | 'unknown' {
  const [of, wanted] = [readAccount(key.account ?? ''), readAccount(account)];
  if (!of || !wanted) return 'unknown';
  return of.realm === wanted.realm ? 'same' : 'other';
}

/** The iClient: a consumer key that is kept once for all connections, and the way to make one. */
export function ConsumerKeySelect({ account, ...props }: FieldProps & { account: string }) {
  const { value, onChange, disabled } = props;
  const [making, setMaking] = useState(false);
  const mayMake = useMay('connections.edit') && !disabled;
  const keys = query.useQuery('get', '/api/v1/consumer-keys');
  const items = keys.data?.items ?? [];
  const option = (k: ConsumerKey) => ({ value: k.name, label: k.application && k.application !== k.name ? `${k.name} (${k.application})` : k.name });
  const groups = [
    { group: `For ${readAccount(account)?.realm ?? 'this account'}`, items: items.filter((k) => fit(k, account) === 'same').map(option) },
    { group: 'Account not known', items: items.filter((k) => fit(k, account) === 'unknown').map(option) },
    { group: 'For other accounts', items: items.filter((k) => fit(k, account) === 'other').map(option) },
  ].filter((g) => g.items.length > 0);
  const chosen = items.find((k) => k.name === value);
  const fitting = items.filter((k) => fit(k, account) === 'same');
  return (
    <div>
      <Group gap="xs" align="flex-end" wrap="nowrap">
        <Select
          {...common(props)}
          style={{ flex: 1 }}
          data={groups}
          value={value || null}
          onChange={(v) => onChange(v ?? '')}
          searchable
          clearable
          clearButtonProps={{ 'aria-label': 'Use own keys' }}
          placeholder="None: this connection has keys of its own"
          nothingFoundMessage={items.length > 0 ? 'No iClient has that name' : 'There is no iClient yet'}
        />
        {mayMake && (
          <Tooltip label="Create an iClient">
            <ActionIcon variant="default" size={36} aria-label="Create an iClient" onClick={() => setMaking(true)}>
              <IconPlus size={18} aria-hidden />
            </ActionIcon>
          </Tooltip>
        )}
      </Group>
      {chosen && fit(chosen, account) === 'other' && (
        <Text size="xs" c="var(--status-bad)" mt={4} role="status">
          {chosen.name} is of the account {readAccount(chosen.account ?? '')?.realm}: NetSuite will answer &quot;invalid or missing consumer key&quot;.
          {fitting[0] && ` Pick ${fitting.map((k) => k.name).join(' or ')}.`}
        </Text>
      )}
      {!chosen && fitting[0] && !disabled && (
        <Text size="xs" c="dimmed" mt={4}>
          Fits this account:{' '}
          {fitting.map((k) => (
            <Anchor key={k.name} component="button" type="button" size="xs" mr={8} onClick={() => onChange(k.name)}>
              {k.name}
            </Anchor>
          ))}
        </Text>
      )}
      {making && (
        <ConsumerKeyPane
          account={account}
          onClose={() => setMaking(false)}
          onSaved={(name) => {
            onChange(name);
            setMaking(false);
          }}
        />
      )}
    </div>
  );
}
