import { Button, Code, Group, List, Popover, Text, TextInput } from '@mantine/core';
import { IconHelpCircle } from '@tabler/icons-react';

import { readAccount } from '../account';
import { common, type FieldProps } from './FieldInput';

const environments: Record<string, string> = { production: 'a production account', sandbox: 'a sandbox', 'release-preview': 'a release preview' };

/** The account ID: both spellings shown while it is typed, and what it tells. */
export function AccountInput({ environment, mayStayEmpty, ...props }: FieldProps & { environment: string; mayStayEmpty: boolean }) {
  const { value, onChange } = props;
  const account = readAccount(value);
  const contradiction = account && environment && environment !== account.environment;
  return (
    <div>
      <TextInput
        {...common(props)}
        description="In any spelling: 1234567_SB1, 1234567-sb1, or the address of a NetSuite page."
        placeholder={mayStayEmpty ? 'Can stay empty: the login tells it' : undefined}
        value={value}
        onChange={(e) => onChange(e.currentTarget.value)}
        spellCheck={false}
        autoComplete="off"
      />
      <Group justify="space-between" gap="xs" mt={4} mih={26} align="flex-start">
        <Text component="div" size="xs" c="dimmed" aria-live="polite" style={{ flex: '1 1 200px' }}>
          {account ? (
            <>
              Logins use <Code>{account.realm}</Code>, addresses use <Code>{account.host}</Code>. It is {environments[account.environment]}.
            </>
          ) : (
            value.trim() && 'Not an account ID yet: letters and digits, as in 1234567 or 1234567_SB1.'
          )}
          {contradiction && (
            <Text size="xs" c="var(--status-bad)" fw={600}>
              The environment chosen is {environments[environment] ?? environment}, but this is the ID of {environments[account.environment]}.
            </Text>
          )}
        </Text>
        <Places mayStayEmpty={mayStayEmpty} />
      </Group>
    </div>
  );
}

function Places({ mayStayEmpty }: { mayStayEmpty: boolean }) {
  return (
    <Popover width={340} position="bottom-end" withArrow shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Button variant="subtle" size="compact-xs" leftSection={<IconHelpCircle size={14} aria-hidden />}>
          Where do I find it?
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Where the account ID is">
        <Text size="sm" fw={600} mb={6}>
          Four places show the account ID
        </Text>
        <List size="sm" spacing={6} type="ordered" tabIndex={0}>
          <List.Item>
            <b>Setup › Integration › SOAP Web Services Preferences</b>, under Primary Information
          </List.Item>
          <List.Item>
            <b>Setup › Integration › Web Services Preferences</b>: the same page in older accounts
          </List.Item>
          <List.Item>
            <b>Setup › Company › Company Information</b>
          </List.Item>
          <List.Item>The address of every NetSuite page, before .app.netsuite.com</List.Item>
        </List>
        <Text size="xs" c="dimmed" mt="xs">
          {mayStayEmpty ? 'With this authentication type it can stay empty: NetSuite tells it when you log in.' : 'If none of them shows it to you, NetSuite support tells it.'}
        </Text>
      </Popover.Dropdown>
    </Popover>
  );
}
