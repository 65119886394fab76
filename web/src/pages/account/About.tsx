import { Anchor, Card, Stack, Text } from '@mantine/core';

import { query } from '../../api/client';
import { Explain } from '../../parts/Explain';
import { PageHeader } from '../../parts/PageHeader';
import { PageSkeleton } from '../../parts/PageSkeleton';

/** Which build this is, and where its API is documented. */
export function About() {
  const version = query.useQuery('get', '/api/v1/version');
  return (
    <>
      <PageHeader title="About Sluice" about="Moves records into and out of NetSuite without losing or doubling one." />
      <Explain error={version.error} title="The version cannot be shown" />
      {version.isPending && <PageSkeleton rows={1} />}
      {version.data && (
        <Card padding="lg" maw={560}>
          <Stack gap="xs">
            <Text>
              Version {version.data.version}, built with {version.data.go}
            </Text>
            <Anchor href="/docs">Documentation of the API</Anchor>
            <Anchor href="/openapi.json">OpenAPI document</Anchor>
          </Stack>
        </Card>
      )}
    </>
  );
}
