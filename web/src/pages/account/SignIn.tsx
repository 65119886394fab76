import { Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useSearchParams } from 'react-router';

import { ApiError, query } from '../../api/client';
import { useRefresh } from '../../api/runs';
import { Explain } from '../../parts/Explain';
import { useSignIn } from './useSignIn';

/** Whom at the OpenID provider your account is linked to. Nothing where there is no provider. */
export function SignIn() {
  const [search] = useSearchParams();
  const refused = search.get('refused') ?? undefined;
  const ways = query.useQuery('get', '/api/v1/login', { params: { query: { refused } } });
  const provider = ways.data?.provider;
  const links = query.useQuery('get', '/api/v1/me/oidc', {}, { enabled: Boolean(provider) });
  const refresh = useRefresh();
  const signIn = useSignIn();
  const unlink = query.useMutation('delete', '/api/v1/me/oidc', {
    onSuccess: () => {
      notifications.show({ message: `Your account is not linked to ${provider} any more` });
      refresh('/api/v1/me/oidc');
    },
  });
  if (!provider || !links.data) return null;
  const link = links.data.items[0];
  return (
    <Card padding="lg">
      <Stack>
        <Title order={2} size="h5">
          {provider}
        </Title>
        <Text size="sm" c="dimmed">
          {link ? `You can sign in at ${provider} as ${link.email || link.subject}.` : `Link your account, and you can sign in at ${provider}.`}
        </Text>
        <Explain error={signIn.error ?? unlink.error ?? (ways.data?.refused && new ApiError(0, ways.data.refused))} />
        <Group justify="flex-end">
          {link ? (
            <Button variant="default" loading={unlink.isPending} onClick={() => unlink.mutate({})}>
              Unlink
            </Button>
          ) : (
            <Button variant="default" loading={signIn.isPending || signIn.isSuccess} onClick={() => signIn.mutate({ link: true, return: '/account' })}>
              Link with {provider}
            </Button>
          )}
        </Group>
      </Stack>
    </Card>
  );
}
