import { Modal, PasswordInput, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';

import { query } from '../../api/client';
import { problemsAt } from '../../api/problems';
import { useRefresh } from '../../api/runs';
import type { Link, User } from '../../api/schema';
import { Explain } from '../../parts/Explain';
import { FormButtons } from '../../parts/FormButtons';
import { useSession } from '../../session';
import { IntegrationRoles, type Roles } from './IntegrationRoles';
import { OneTimeLink } from './OneTimeLink';
import { type Role, rolesUpTo } from './roles';
import { RoleSelect } from './RoleSelect';

/** Adds a person by a one-time link or a password, or changes name, roles or password of one. */
export function UserForm({ user, onClose }: { user?: User; onClose: () => void }) {
  const me = useSession();
  const refresh = useRefresh();
  const [by, setBy] = useState('link');
  const [link, setLink] = useState<Link>();
  const form = useForm({ initialValues: { email: user?.email ?? '', name: user?.name ?? '', role: user?.role ?? 'member', integrations: (user?.integrations ?? {}) as Roles, password: '' } });
  const onError = (e: unknown) => form.setErrors(problemsAt(e));
  const stored = (name: string) => {
    notifications.show({ message: user ? `${name} is saved` : `${name} is added` });
    refresh('/api/v1/users', '/api/v1/me', '/api/v1/integrations');
  };
  // The link lives in this dialog alone: not in the cache of queries, and gone when it closes.
  const create = query.useMutation('post', '/api/v1/users', {
    gcTime: 0,
    onError,
    onSuccess: (made) => {
      stored(made.name);
      if (made.link) setLink(made.link);
      else onClose();
    },
  });
  const update = query.useMutation('put', '/api/v1/users/{id}', {
    onError,
    onSuccess: ({ name }) => {
      stored(name);
      onClose();
    },
  });
  const submit = form.onSubmit(({ email, name, role, integrations, password }) => {
    const body = { name, role: role as Role, integrations, password: password || undefined };
    if (user) update.mutate({ params: { path: { id: user.id } }, body });
    else create.mutate({ body: { ...body, email, password: by === 'password' ? password : undefined } });
  });
  if (link) return <OneTimeLink name={form.values.name} link={link} onClose={onClose} />;
  return (
    <Modal opened onClose={onClose} title={user ? `Edit ${user.name}` : 'Add user'} centered closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput label="E-mail" type="email" required disabled={!!user} autoComplete="off" data-autofocus={!user || undefined} {...form.getInputProps('email')} />
          <TextInput label="Name" required autoComplete="off" data-autofocus={!!user || undefined} {...form.getInputProps('name')} />
          <RoleSelect required among={rolesUpTo(me.role)} value={form.values.role} error={form.errors.role} onChange={(role) => form.setFieldValue('role', role)} disabled={user?.id === me.user_id} />
          {form.values.role !== 'owner' && form.values.role !== 'administrator' && form.values.role !== 'manage' && (
            <IntegrationRoles
              label="Integrations"
              about={form.values.role === 'member' ? undefined : 'A role in an integration adds to the one above.'}
              value={form.values.integrations}
              onChange={(integrations) => form.setFieldValue('integrations', integrations)}
              error={form.errors.integrations}
            />
          )}
          {!user && (
            <div>
              <SegmentedControl
                fullWidth
                size="xs"
                aria-label="How the person gets a password"
                value={by}
                onChange={setBy}
                data={[
                  { value: 'link', label: 'One-time link' },
                  { value: 'password', label: 'First password' },
                ]}
              />
              {by === 'link' && (
                <Text size="xs" c="dimmed" mt={6}>
                  You get a link to send on. The person sets a password with it, within 72 hours.
                </Text>
              )}
            </div>
          )}
          {(user || by === 'password') && (
            <PasswordInput
              label={user ? 'New password' : 'Password'}
              description={user ? 'At least 12 characters. Left empty, the password stays. A new one ends the person’s sessions.' : 'At least 12 characters. Hand it over on a safe way; it can be changed under Your account.'}
              required={!user}
              minLength={12}
              autoComplete="new-password"
              {...form.getInputProps('password')}
            />
          )}
          <Explain error={create.error ?? update.error} />
          <FormButtons yes={user ? 'Save' : 'Add user'} pending={create.isPending || update.isPending} onCancel={onClose} />
        </Stack>
      </form>
    </Modal>
  );
}
