import { Code, Drawer, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';

import { api, ApiError } from '../../api/client';
import type { ConsumerKey, ConsumerKeyInput } from '../../api/schema';
import { Explain } from '../../parts/Explain';
import { FormButtons } from '../../parts/FormButtons';
import { useUnsaved } from '../../parts/useUnsaved';

interface Props {
  /** The consumer key to change; a new one is made when it is left out. */
  stored?: ConsumerKey;
  /** The account that a new one is proposed for. */
  account?: string;
  onSaved: (name: string) => void;
  onClose: () => void;
}

const keysPath = ['get', '/api/v1/consumer-keys'];

/** The pane that makes, changes or rotates the consumer key of an integration record. */
export function ConsumerKeyPane({ stored, account = '', onSaved, onClose }: Props) {
  const [values, setValues] = useState<ConsumerKeyInput & { name: string }>({ name: stored?.name ?? '', account: stored?.account ?? account, application: stored?.application ?? '', consumer_key: '', consumer_secret: '' });
  const form = useRef<HTMLFormElement>(null);
  const queries = useQueryClient();
  const unsaved = useUnsaved();
  const save = useMutation({
    mutationFn: async () => {
      const secrets = Object.fromEntries(Object.entries({ consumer_key: values.consumer_key, consumer_secret: values.consumer_secret }).filter(([, v]) => v));
      const body = { name: values.name.trim(), account: values.account, application: values.application, ...secrets };
      const answer = stored ? await api.PUT('/api/v1/consumer-keys/{name}', { params: { path: { name: stored.name } }, body }) : await api.POST('/api/v1/consumer-keys', { body });
      return answer.data;
    },
    onSuccess: async (key) => {
      await queries.invalidateQueries({ queryKey: keysPath });
      unsaved.go(() => onSaved(key?.name ?? values.name));
    },
  });
  useEffect(() => {
    if (save.error) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [save.error]);
  const problems = save.error instanceof ApiError ? (save.error.body.problems ?? []) : [];
  const problem = (field: string) => problems.find((p) => p.path.replace(/^body\./, '') === field);
  const bind = (field: keyof ConsumerKeyInput) => ({
    value: values[field] ?? '',
    error: problem(field)?.message,
    'aria-invalid': problem(field) ? true : undefined,
    onChange: (e: React.ChangeEvent<HTMLInputElement>) => {
      unsaved.report(true);
      // What was typed in another field a moment ago may not be drawn yet.
      const { value } = e.currentTarget;
      setValues((v) => ({ ...v, [field]: value }));
    },
    autoComplete: 'off',
    spellCheck: false,
  });
  return (
    <Drawer
      opened
      position="right"
      size="min(520px, 100vw)"
      title={stored ? `Edit iClient ${stored.name}` : 'Create iClient'}
      onClose={() => unsaved.leave(onClose)}
      closeButtonProps={{ 'aria-label': 'Close' }}
      zIndex={300}
    >
      <form
        ref={form}
        noValidate
        onSubmit={(e) => {
          e.preventDefault();
          // The pane may stand inside of a connection's form, which React would tell too.
          e.stopPropagation();
          save.mutate();
        }}
      >
        <Stack>
          <Text size="sm" c="dimmed">
            The consumer key and secret of one integration record in NetSuite (Setup › Integration › Manage Integrations). All connections that name it use them; rotate them here once.
          </Text>
          {problems.length === 0 && <Explain error={save.error} />}
          <TextInput label="Name" description="As connections list it: small letters, digits, dots and dashes" withAsterisk data-autofocus {...bind('name')} />
          <TextInput label="Account ID" description="Of the account that the integration record is in. Empty when it is in several." {...bind('account')} />
          <TextInput label="Application" description="Name of the integration record in NetSuite" {...bind('application')} />
          <SecretField label="Consumer key" stored={stored?.consumer_key} {...bind('consumer_key')} />
          <SecretField label="Consumer secret" stored={stored?.consumer_secret} {...bind('consumer_secret')} />
          <FormButtons yes="Save" pending={save.isPending} onCancel={() => unsaved.leave(onClose)} />
        </Stack>
      </form>
      {unsaved.dialog}
    </Drawer>
  );
}

function SecretField({ label, stored, ...input }: { label: string; stored?: string; value: string; error?: string; onChange: (e: React.ChangeEvent<HTMLInputElement>) => void }) {
  return (
    <PasswordInput
      label={label}
      withAsterisk={!stored}
      description={
        stored ? (
          <>
            Stored: <Code fz="xs">{stored}</Code>. Leave this empty to keep it.
          </>
        ) : (
          'NetSuite shows it once, when the integration record is saved'
        )
      }
      {...input}
      autoComplete="new-password"
      visibilityToggleButtonProps={{ 'aria-label': `Show ${label}`, tabIndex: 0 }}
    />
  );
}
