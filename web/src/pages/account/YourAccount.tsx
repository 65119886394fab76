import { Button, Card, Group, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';

import { query } from '../../api/client';
import { problemsAt } from '../../api/problems';
import { useRefresh } from '../../api/runs';
import { Explain } from '../../parts/Explain';
import { PageHeader } from '../../parts/PageHeader';
import { useSession } from '../../session';
import { RoleBadges } from '../people/RoleBadges';
import { roles } from '../people/roles';
import { Sessions } from '../people/Sessions';
import { SignIn } from './SignIn';

/** Your own name and password. */
export function YourAccount() {
  const me = useSession();
  return (
    <>
      <PageHeader title="Your account" about={me.integrations ? <RoleBadges role={me.role} integrations={me.integrations} /> : roles.find((r) => r.value === me.role)?.about} />
      <Stack maw={560}>
        <Name />
        <Password />
        <SignIn />
        <WhereLoggedIn />
      </Stack>
    </>
  );
}

function WhereLoggedIn() {
  return (
    <Card padding="lg">
      <Stack>
        <Title order={2} size="h5">
          Sessions
        </Title>
        <Text size="sm" c="dimmed">
          The browsers in which you are logged in. A session ends after two hours without use, and after twelve hours in any case.
        </Text>
        <Sessions />
      </Stack>
    </Card>
  );
}

function Name() {
  const me = useSession();
  const refresh = useRefresh();
  const form = useForm({ initialValues: { name: '' } });
  const save = query.useMutation('put', '/api/v1/me', {
    onSuccess: ({ name }) => {
      notifications.show({ message: `You are called ${name} now` });
      form.reset();
      refresh('/api/v1/me', '/api/v1/users');
    },
    onError: (e) => form.setErrors(problemsAt(e)),
  });
  return (
    <Card padding="lg">
      <form onSubmit={form.onSubmit((body) => save.mutate({ body }))}>
        <Stack>
          <Title order={2} size="h5">
            Name
          </Title>
          <Text size="sm" c="dimmed">
            You are logged in as {me.name}.
          </Text>
          <TextInput label="New name" required autoComplete="name" {...form.getInputProps('name')} />
          <Explain error={save.error} />
          <Group justify="flex-end">
            <Button type="submit" variant="default" loading={save.isPending}>
              Change name
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}

function Password() {
  const refresh = useRefresh();
  const form = useForm({ initialValues: { old_password: '', password: '' } });
  const save = query.useMutation('put', '/api/v1/me', {
    onSuccess: () => {
      notifications.show({ message: 'Your password is changed. Your other sessions have ended' });
      refresh('/api/v1/sessions');
      form.reset();
    },
    onError: (e) => form.setErrors(problemsAt(e)),
  });
  return (
    <Card padding="lg">
      <form onSubmit={form.onSubmit((body) => save.mutate({ body }))}>
        <Stack>
          <Title order={2} size="h5">
            Password
          </Title>
          <PasswordInput label="Present password" required autoComplete="current-password" {...form.getInputProps('old_password')} />
          <PasswordInput label="New password" description="At least 12 characters." required minLength={12} autoComplete="new-password" {...form.getInputProps('password')} />
          <Explain error={save.error} />
          <Group justify="flex-end">
            <Button type="submit" variant="default" loading={save.isPending}>
              Change password
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}
