import { Anchor, Card, Code, Group, Stack, Text } from '@mantine/core';

import { query } from '../../api/client';
import { Copy } from '../../parts/Copy';
import { Explain } from '../../parts/Explain';
import { PageHeader } from '../../parts/PageHeader';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { Licences } from './Licences';

const shortCommit = 12;

/** Which build this is, where its API is documented, and whose software is in it. */
export function About() {
  const version = query.useQuery('get', '/api/v1/version');
  const v = version.data;
  return (
    <>
      <PageHeader title="About Sluice" about="Moves records into and out of NetSuite without losing or doubling one." />
      <Stack gap="lg">
        <Explain error={version.error} title="The version cannot be shown" />
        {version.isPending && <PageSkeleton rows={1} />}
        {v && (
          <Card withBorder padding="lg" component="section" aria-label="This build">
            <Stack gap="xs">
              <Group gap="sm" justify="space-between" align="flex-start">
                <Text>
                  Version {v.version}, built with {v.go}
                </Text>
                <Copy label="Copy for a report" text={`Sluice ${v.version}${v.commit ? `, commit ${v.commit}` : ''}, ${v.go}`} />
              </Group>
              {v.commit && (
                <Text size="sm" c="dimmed">
                  Commit <Code>{v.commit.slice(0, shortCommit)}</Code>
                  {v.commit.endsWith('+') && ', with changes on top'}
                </Text>
              )}
              <Text size="sm">
                <Anchor href="/docs">Documentation of the API</Anchor>, <Anchor href="/openapi.json">OpenAPI document</Anchor>
              </Text>
            </Stack>
          </Card>
        )}
        <Licences />
      </Stack>
    </>
  );
}
