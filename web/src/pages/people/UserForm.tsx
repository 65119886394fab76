import { Modal, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';

import { query } from '../../api/client';
import { problemsAt } from '../../api/problems';
import { useRefresh } from '../../api/runs';
import type { User } from '../../api/schema';
import { Explain } from '../../parts/Explain';
import { FormButtons } from '../../parts/FormButtons';
import { useSession } from '../../session';
import { type Role, rolesUpTo } from './roles';
import { RoleSelect } from './RoleSelect';

/** Adds a person, or changes name, role or password of one. */
export function UserForm({ user, onClose }: { user?: User; onClose: () => void }) {
  const me = useSession();
  const refresh = useRefresh();
  const form = useForm({ initialValues: { email: user?.email ?? '', name: user?.name ?? '', role: user?.role ?? 'monitor', password: '' } });
  const options = {
    onSuccess: ({ name }: User) => {
      notifications.show({ message: user ? `${name} is saved` : `${name} can log in now` });
      refresh('/api/v1/users', '/api/v1/me');
      onClose();
    },
    onError: (e: unknown) => form.setErrors(problemsAt(e)),
  };
  const create = query.useMutation('post', '/api/v1/users', options);
  const update = query.useMutation('put', '/api/v1/users/{id}', options);
  const submit = form.onSubmit(({ email, name, role, password }) =>
    user
      ? update.mutate({ params: { path: { id: user.id } }, body: { name, role: role as Role, password: password || undefined } })
      : create.mutate({ body: { email, name, role: role as Role, password } }),
  );
  return (
    <Modal opened onClose={onClose} title={user ? `Edit ${user.name}` : 'Add user'} centered>
      <form onSubmit={submit}>
        <Stack>
          <TextInput label="E-mail" type="email" required disabled={!!user} autoComplete="off" data-autofocus={!user || undefined} {...form.getInputProps('email')} />
          <TextInput label="Name" required autoComplete="off" data-autofocus={!!user || undefined} {...form.getInputProps('name')} />
          <RoleSelect required among={rolesUpTo(me.role)} value={form.values.role} error={form.errors.role} onChange={(role) => form.setFieldValue('role', role)} disabled={user?.id === me.user_id} />
          <PasswordInput
            label={user ? 'New password' : 'Password'}
            description={user ? 'At least 12 characters. Left empty, the password stays.' : 'At least 12 characters. Hand it over on a safe way; it can be changed under Your account.'}
            required={!user}
            minLength={12}
            autoComplete="new-password"
            {...form.getInputProps('password')}
          />
          <Explain error={create.error ?? update.error} />
          <FormButtons yes={user ? 'Save' : 'Add user'} pending={create.isPending || update.isPending} onCancel={onClose} />
        </Stack>
      </form>
    </Modal>
  );
}
