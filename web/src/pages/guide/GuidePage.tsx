import { Alert, Grid, List, MultiSelect, Paper, Radio, Select, Skeleton, Stack, Switch, Title } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { useSearchParams } from 'react-router';

import { query } from '../../api/client';
import type { Guide } from '../../api/schema';
import { Explain } from '../../parts/Explain';
import { PageHeader } from '../../parts/PageHeader';
import { guideType, type GuideType } from './GuideSide';
import { GuideSteps } from './GuideSteps';
import { RolePermissions } from './RolePermissions';
import { unsavedName } from './progress';

const types: { value: GuideType; label: string }[] = [
  { value: 'token-auto', label: 'Token Based Auth (Automatic)' },
  { value: 'token', label: 'Token Based Auth (Manual)' },
  { value: 'oauth2-m2m', label: 'OAuth 2.0 client credentials (M2M)' },
];

const families: Record<string, string> = { 'e-commerce': 'E-commerce', 'high-tech': 'High-tech', jira: 'JIRA', 'cash-application': 'Cash application' };

/** The set-up guide on a page of its own. What it is for is part of the address, so it can be handed on. */
export function GuidePage() {
  const [search, setSearch] = useSearchParams();
  const [application, bundle, connection] = [search.get('application') ?? '', search.get('bundle') === 'yes', search.get('connection') ?? ''];
  const stored = query.useQuery('get', '/api/v1/connections');
  // A connection that is named says of which type it is, where the address does not.
  const type = guideType(search.get('type') ?? stored.data?.items.find((c) => c.name === connection)?.settings.type ?? 'token-auto');
  const flows = search.getAll('flow');
  const guide = query.useQuery(
    'get',
    '/api/v1/guide',
    { params: { query: { type, bundle, ...(application && { application }), ...(flows.length > 0 && { flow: flows }), ...(connection && flows.length > 0 && { connection }) } } },
    { placeholderData: (last) => last },
  );
  const put = (key: string, ...values: string[]) => {
    // The address as it is now: what was drawn last may be a choice behind.
    const next = new URLSearchParams(window.location.search);
    next.delete(key);
    for (const v of values) if (v) next.append(key, v);
    setSearch(next, { replace: true });
  };
  return (
    <>
      <PageHeader title="Set-up guide" about="What an administrator does in NetSuite before a connection works: where, what to tick, what to copy, what goes wrong. Ticks stay in this browser." />
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Choices type={type} application={application} bundle={bundle} connection={connection} flows={flows} put={put} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Explain error={guide.error} />
          {guide.isPending && <Skeleton height={640} />}
          {guide.data && <Shown guide={guide.data} connection={connection} first={search.get('step') ?? undefined} />}
        </Grid.Col>
      </Grid>
    </>
  );
}

interface ChoicesProps {
  type: GuideType;
  application: string;
  bundle: boolean;
  connection: string;
  flows: string[];
  put: (key: string, ...values: string[]) => void;
}

/** What the set-up is for. */
function Choices({ type, application, bundle, connection, flows, put }: ChoicesProps) {
  const applications = query.useQuery('get', '/api/v1/guide/applications', {}, { staleTime: Infinity });
  const connections = query.useQuery('get', '/api/v1/connections');
  const stored = query.useQuery('get', '/api/v1/flows');
  const items = applications.data?.items ?? [];
  const grouped = Object.entries(families).map(([family, group]) => ({ group, items: items.filter((a) => a.family === family).map((a) => ({ value: a.id, label: a.name })) }));
  return (
    <Stack>
      <Select label="Application" description="What NetSuite is connected with" placeholder="Any application" data={grouped.filter((g) => g.items.length > 0)} value={application || null} onChange={(v) => put('application', v ?? '')} searchable clearable clearButtonProps={{ 'aria-label': 'Any application' }} />
      <Radio.Group label="Authentication type" value={type} onChange={(v) => put('type', v)}>
        <Stack gap={8} mt={6}>
          {types.map((t) => (
            <Radio key={t.value} value={t.value} label={t.label} />
          ))}
        </Stack>
      </Radio.Group>
      <Switch label="The Celigo bundle (20038 or higher) is in the account" description="Its roles and integration records are used in place of own ones" checked={bundle} onChange={(e) => put('bundle', e.currentTarget.checked ? 'yes' : '')} />
      <MultiSelect label="Flows" description="The role is computed for them" placeholder={flows.length === 0 ? 'None' : undefined} data={(stored.data?.items ?? []).map((r) => r.flow.name)} value={flows} onChange={(v) => put('flow', ...v)} searchable clearable nothingFoundMessage="There is no such flow" />
      <Select label="Connection" description="Whose progress is shown; the role counts only what passes through it" placeholder="None yet" data={(connections.data?.items ?? []).filter((c) => c.kind === 'netsuite').map((c) => c.name)} value={connection || null} onChange={(v) => put('connection', v ?? '')} clearable clearButtonProps={{ 'aria-label': 'No connection' }} />
    </Stack>
  );
}

function Shown({ guide, connection, first }: { guide: Guide; connection: string; first?: string }) {
  return (
    <Stack gap="xl">
      {guide.notices.length > 0 && (
        <Alert variant="outline" color="blue" icon={<IconInfoCircle aria-hidden />} title="Before the first step">
          <List size="sm" spacing={4}>
            {guide.notices.map((n) => (
              <List.Item key={n}>{n}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      <section aria-labelledby="guide-steps">
        <Title order={2} size="h4" mb="sm" id="guide-steps">
          {guide.auth_label}
          {guide.application ? ` for ${guide.application.name}` : ''}
        </Title>
        <Paper withBorder p="md">
        <GuideSteps key={guide.auth + connection + (first ?? '')} guide={guide} connection={connection || unsavedName} first={first} />
        </Paper>
      </section>
      <section aria-labelledby="guide-role">
        <Title order={2} size="h4" mb="sm" id="guide-role">
          The role
        </Title>
        <Paper withBorder p="md">
        <RolePermissions role={guide.role} />
        </Paper>
      </section>
    </Stack>
  );
}
