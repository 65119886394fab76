import { Anchor, Button, Card, Center, Group, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useNavigate, useSearchParams } from 'react-router';

import { api } from '../api/client';
import { Explain } from '../parts/Explain';

/** Only addresses of our own pages: "/x", never "//elsewhere". */
function ownPage(to: string | null): string {
  return to && /^\/(?![/\\])/.test(to) ? to : '/';
}

export function LogIn() {
  const [search] = useSearchParams();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const form = useForm({ initialValues: { email: '', password: '' } });
  const logIn = useMutation({
    mutationFn: (body: typeof form.values) => api.POST('/api/v1/login', { body }),
    onSuccess: async () => {
      queries.clear();
      await navigate(ownPage(search.get('to')), { replace: true });
    },
  });
  useEffect(() => {
    document.title = 'Log in · Sluice';
  }, []);
  return (
    <Center component="main" mih="100dvh" p="md">
      <Card withBorder padding="xl" w="100%" maw={400}>
        <form onSubmit={form.onSubmit((values) => logIn.mutate(values))}>
          <Stack>
            <Group gap="sm">
              <img src="/icon.svg" alt="" width={32} height={32} />
              <Title order={1} size="h3">
                Log in to Sluice
              </Title>
            </Group>
            <Explain error={logIn.error} />
            <TextInput label="E-mail" type="email" autoComplete="username" required {...form.getInputProps('email')} />
            <PasswordInput label="Password" autoComplete="current-password" required {...form.getInputProps('password')} />
            <Button type="submit" loading={logIn.isPending} fullWidth>
              Log in
            </Button>
            <Text size="sm" c="dimmed">
              Nobody has an account yet? The server printed a one-time link for the owner when it started. Programs use an <Anchor href="/docs" underline="always">API token</Anchor>.
            </Text>
          </Stack>
        </form>
      </Card>
    </Center>
  );
}
