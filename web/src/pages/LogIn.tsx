import { Anchor, Button, Card, Center, Divider, Group, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useNavigate, useSearchParams } from 'react-router';

import { api, ApiError, query } from '../api/client';
import { Explain } from '../parts/Explain';
import { useSignIn } from './account/useSignIn';

/** Only addresses of our own pages: "/x", never "//elsewhere". */
function ownPage(to: string | null): string {
  return to && /^\/(?![/\\])/.test(to) ? to : '/';
}

export function LogIn() {
  const [search] = useSearchParams();
  const to = ownPage(search.get('to'));
  const refused = search.get('refused') ?? undefined;
  const ways = query.useQuery('get', '/api/v1/login', { params: { query: { refused } } }, { retry: false, staleTime: Infinity });
  useEffect(() => {
    document.title = 'Log in · Sluice';
  }, []);
  // What the page offers decides its height: nothing is shown that would move a moment later.
  if (ways.isPending) return <main aria-busy="true" />;
  const { provider, password = true } = ways.data ?? {};
  return (
    <Center component="main" mih="100dvh" p="md">
      <Card withBorder padding="xl" w="100%" maw={400}>
        <Stack>
          <Group gap="sm">
            <img src="/icon.svg" alt="" width={32} height={32} />
            <Title order={1} size="h3">
              Log in to Sluice
            </Title>
          </Group>
          <Explain error={ways.error ?? (ways.data?.refused && new ApiError(0, ways.data.refused))} />
          {provider && <ByProvider name={provider} to={to} />}
          {provider && password && <Divider label="or with your password" />}
          {password && <ByPassword to={to} beside={Boolean(provider)} />}
          <Text size="sm" c="dimmed">
            Nobody has an account yet? The server printed a one-time link for the owner when it started. Programs use an <Anchor href="/docs" underline="always">API token</Anchor>.
          </Text>
        </Stack>
      </Card>
    </Center>
  );
}

/** Goes to the OpenID provider's page. */
function ByProvider({ name, to }: { name: string; to: string }) {
  const signIn = useSignIn();
  return (
    <>
      <Explain error={signIn.error} />
      <Button fullWidth loading={signIn.isPending || signIn.isSuccess} onClick={() => signIn.mutate({ return: to })}>
        Continue with {name}
      </Button>
    </>
  );
}

function ByPassword({ to, beside }: { to: string; beside: boolean }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const form = useForm({ initialValues: { email: '', password: '' } });
  const logIn = useMutation({
    mutationFn: (body: typeof form.values) => api.POST('/api/v1/login', { body }),
    onSuccess: async () => {
      queries.clear();
      await navigate(to, { replace: true });
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => logIn.mutate(values))}>
      <Stack>
        <Explain error={logIn.error} />
        <TextInput label="E-mail" type="email" autoComplete="username" required {...form.getInputProps('email')} />
        <PasswordInput label="Password" autoComplete="current-password" required {...form.getInputProps('password')} />
        <Button type="submit" variant={beside ? 'default' : 'filled'} loading={logIn.isPending} fullWidth>
          Log in
        </Button>
      </Stack>
    </form>
  );
}
