import { Alert, Checkbox, Code, List, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';

import { query } from '../../api/client';
import type { Staged } from '../../api/schema';
import { exactText } from '../../parts/Ago';
import { Ask } from '../../parts/Ask';
import { Facts } from '../../parts/Facts';
import { bytesText } from './bytes';
import { loginText } from './loginText';

/** Says what a backup holds and what becomes of the server, and takes the confirmation. */
export function StagedDialog({ staged, onClose, onBegun }: { staged: Staged; onClose: () => void; onBegun: () => void }) {
  const [typed, setTyped] = useState('');
  const [passphrase, setPassphrase] = useState('');
  const [without, setWithout] = useState(false);
  const confirm = query.useMutation('post', '/api/v1/restore/confirm', { onSuccess: onBegun });
  const missing = (staged.missing_keys ?? []).length > 0;
  const opens = !missing || without || passphrase !== '';
  const login = loginText(staged.login);
  const start = () =>
    confirm.mutate({ body: { id: staged.id, confirm: typed, without_key: without || undefined, passphrase: missing && !without ? passphrase : undefined } });
  return (
    <Ask opened size="lg" title={`Restore the backup of ${exactText(staged.made_at)}?`} yes="Restore" danger pending={confirm.isPending} ready={opens && typed.trim() === staged.confirm} error={confirm.error} onNo={onClose} onYes={start}>
      <Stack gap="md">
        <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {staged.source}, {bytesText(staged.size)}, made of {staged.database} by version {staged.program}. It is whole.
        </Text>
        <Facts
          items={[
            { label: 'Connections', value: staged.rows.connections ?? 0 },
            { label: 'Flows', value: staged.flows },
            { label: 'Runs', value: staged.runs },
            { label: 'Users', value: staged.rows.users ?? 0 },
          ]}
        />
        <List size="sm" spacing={4}>
          <List.Item>Everything on this server is replaced. {staged.replaces === 'kept' ? 'What is there now is kept in the data folder beside it.' : 'What is in the database now is dropped: download a backup of it first.'}</List.Item>
          <List.Item>Runs in work stop at their next page. The server does not answer for a moment.</List.Item>
          <List.Item>
            Flows come back disabled{staged.flows_enabled ? ` (${staged.flows_enabled} enabled then)` : ''}, and runs held{staged.runs_in_work ? ` (${staged.runs_in_work} in work then)` : ''}, until you let them go on.
          </List.Item>
          <List.Item>Everybody is logged out. Users, passwords and API tokens are as they were then.</List.Item>
        </List>
        <Alert color={login.bad ? 'red' : 'gray'} title={login.title}>
          {login.text}
        </Alert>
        {missing && (
          <Alert color="red" title="This server cannot open its secrets">
            <Stack gap="sm">
              <Text size="sm">They were sealed under keys that are not here: {staged.missing_keys?.join(', ')}.</Text>
              {staged.with_keys && <PasswordInput label="Passphrase of the keys in the backup" autoComplete="off" disabled={without} value={passphrase} onChange={(e) => setPassphrase(e.currentTarget.value)} />}
              <Checkbox label="Give the secrets up: I enter every one of them again" checked={without} onChange={(e) => setWithout(e.currentTarget.checked)} />
            </Stack>
          </Alert>
        )}
        <TextInput
          label={
            <>
              Type <Code>{staged.confirm}</Code> to confirm
            </>
          }
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(e) => setTyped(e.currentTarget.value)}
        />
      </Stack>
    </Ask>
  );
}
