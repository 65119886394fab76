import { Accordion, Alert, Anchor, List, Select, Skeleton, Stack, Switch, Title } from '@mantine/core';
import { IconInfoCircle, IconShieldCheck } from '@tabler/icons-react';

import { query } from '../../api/client';
import type { Candidate } from '../../api/schema';
import { Explain } from '../../parts/Explain';
import { GuideSteps } from './GuideSteps';
import { unsavedName, useKept } from './progress';
import { RolePermissions } from './RolePermissions';

export type GuideType = 'token' | 'token-auto' | 'oauth2-m2m';

/** The guide's name for an authentication type; one that NetSuite refuses is on its way to tokens. */
export function guideType(type: string): GuideType {
  return type === 'token-auto' || type === 'oauth2-m2m' ? type : 'token';
}

interface Props {
  type: string;
  /** The stored connection's name, and the flows that use it: the role is computed from them. */
  connection?: string;
  flows?: string[];
  field?: string;
  suspects?: Candidate[];
  onField?: (field: string) => void;
}

/** The guide beside a connection's form. */
export function GuideSide({ type, connection, flows, field, suspects, onField }: Props) {
  const [bundle, setBundle] = useKept(`${connection ?? unsavedName}-bundle`, 'no');
  const [application, setApplication] = useKept(`${connection ?? unsavedName}-application`, '');
  const applications = query.useQuery('get', '/api/v1/guide/applications', {}, { staleTime: Infinity });
  const used = flows?.length ? { flow: flows, connection } : {};
  const guide = query.useQuery('get', '/api/v1/guide', { params: { query: { type: guideType(type), bundle: bundle === 'yes', ...(application && { application }), ...used } } }, { placeholderData: (last) => last });
  return (
    <Stack gap="md" component="section" aria-label="Guide">
      <Title order={2} size="h4">
        Guide: what to do in NetSuite
      </Title>
      <Select
        size="xs"
        label="What is it for?"
        placeholder="Any application"
        data={(applications.data?.items ?? []).map((a) => ({ value: a.id, label: a.name }))}
        value={application || null}
        onChange={(v) => setApplication(v ?? '')}
        searchable
        clearable
        clearButtonProps={{ 'aria-label': 'Any application' }}
      />
      <Switch size="sm" label="The Celigo bundle (20038 or higher) is in the account" checked={bundle === 'yes'} onChange={(e) => setBundle(e.currentTarget.checked ? 'yes' : 'no')} />
      <Explain error={guide.error} />
      {guide.isPending && <Skeleton height={420} />}
      {guide.data && (
        <>
          <Accordion variant="contained" chevronPosition="right">
            {guide.data.notices.length > 0 && (
              <Accordion.Item value="notices">
                <Accordion.Control icon={<IconInfoCircle size={18} aria-hidden />}>Before the first step</Accordion.Control>
                <Accordion.Panel>
                  <List size="sm" spacing={6}>
                    {guide.data.notices.map((n) => (
                      <List.Item key={n}>{n}</List.Item>
                    ))}
                  </List>
                </Accordion.Panel>
              </Accordion.Item>
            )}
            <Accordion.Item value="role">
              <Accordion.Control icon={<IconShieldCheck size={18} aria-hidden />}>The role{flows?.length ? ', computed from its flows' : ''}</Accordion.Control>
              <Accordion.Panel>
                <RolePermissions role={guide.data.role} />
              </Accordion.Panel>
            </Accordion.Item>
          </Accordion>
          <GuideSteps guide={guide.data} connection={connection ?? unsavedName} field={field} suspects={suspects} onField={onField} />
          {type === 'basic' && <Alert color="yellow" variant="outline">NetSuite refuses e-mail address and password. Choose another authentication type; the steps are those for tokens.</Alert>}
          <Anchor href={`/guide?type=${guideType(type)}${application ? `&application=${application}` : ''}${bundle === 'yes' ? '&bundle=yes' : ''}`} target="_blank" size="sm">
            The guide on a page of its own
          </Anchor>
        </>
      )}
    </Stack>
  );
}
