import { Anchor, Breadcrumbs, Button, Group, Paper, Tabs, Text } from '@mantine/core';
import { IconPlugConnected } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router';

import { query } from '../../api/client';
import type { Connection } from '../../api/schema';
import { Ago } from '../../parts/Ago';
import { Explain } from '../../parts/Explain';
import { PageHeader } from '../../parts/PageHeader';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { useUnsaved } from '../../parts/useUnsaved';
import { useMay } from '../../session';
import { DebugLog } from '../debug/DebugLog';
import { Examination } from '../doctor/Examination';
import { Audit } from './Audit';
import { AuthorizationResult } from './AuthorizationResult';
import { Certificate } from './Certificate';
import classes from './connections.module.css';
import { ConnectionEditor } from './ConnectionEditor';
import { Restlets } from './Restlets';
import { RoleComparison } from './RoleComparison';
import { Status } from './Status';
import { TestDialog } from './TestDialog';
import { UsedBy } from './UsedBy';

/** A connection: its form, its flows, its role, its logs and the doctor. */
export function ConnectionPage() {
  const { name = '' } = useParams();
  const [search, setSearch] = useSearchParams();
  const connection = query.useQuery('get', '/api/v1/connections/{name}', { params: { path: { name } } });
  const authorization = search.get('authorization');
  return (
    <>
      <Breadcrumbs mb="xs">
        <Anchor component={Link} to="/connections" size="sm">
          Connections
        </Anchor>
        <Text size="sm">{name}</Text>
      </Breadcrumbs>
      <Explain error={connection.error} />
      {authorization && <AuthorizationResult id={authorization} onClose={() => setSearch((old) => without(old, 'authorization'), { replace: true })} />}
      {connection.isPending && <PageSkeleton rows={8} />}
      {connection.data && <Loaded key={connection.data.id} connection={connection.data} />}
    </>
  );
}

function without(search: URLSearchParams, key: string) {
  const next = new URLSearchParams(search);
  next.delete(key);
  return next;
}

function Loaded({ connection }: { connection: Connection }) {
  const { name } = connection;
  const [search, setSearch] = useSearchParams();
  const navigate = useNavigate();
  const unsaved = useUnsaved();
  const [testing, setTesting] = useState(false);
  const mayEdit = useMay('connections.edit');
  const mayAudit = useMay('people.edit');
  const netsuite = connection.kind === 'netsuite';
  const tabs: [string, string, boolean][] = [
    ['settings', 'Settings', true],
    ['used-by', 'Used by', true],
    ['role', 'Role', netsuite && mayEdit],
    ['oauth2', 'OAuth 2.0', netsuite && mayEdit],
    ['restlets', 'RESTlets', netsuite && connection.settings.suitescript === 'yes'],
    ['audit-log', 'Audit log', mayAudit],
    ['debug-log', 'Debug log', mayEdit],
    ['doctor', 'Doctor', netsuite],
  ];
  const shown = tabs.filter(([, , may]) => may);
  const tab = shown.some(([id]) => id === search.get('tab')) ? search.get('tab') : 'settings';
  return (
    <>
      <PageHeader
        title={name}
        about={
          <Group gap="md">
            <Status connection={connection} />
            <span>
              checked <Ago at={connection.checked_at} />
            </span>
            <Who connection={connection} />
          </Group>
        }
      >
        {mayEdit && tab !== 'settings' && (
          <Button variant="default" leftSection={<IconPlugConnected size={18} aria-hidden />} onClick={() => setTesting(true)}>
            Test connection
          </Button>
        )}
      </PageHeader>
      {connection.status === 'offline' && connection.detail && (
        <Text size="sm" c="var(--status-bad)" mb="md" maw={760}>
          {connection.detail}
        </Text>
      )}
      <Tabs value={tab} onChange={(v) => setSearch(v && v !== 'settings' ? { tab: v } : {})} keepMounted={false} activateTabWithKeyboard={false}>
        <Tabs.List mb="lg" style={{ flexWrap: 'nowrap', overflowX: 'auto', overflowY: 'hidden' }} aria-label={`Parts of ${name}`}>
          {shown.map(([id, label]) => (
            <Tabs.Tab key={id} value={id}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Paper withBorder className={classes.panel}>
        <Tabs.Panel value="settings">
          <ConnectionEditor
              name={name}
              unsaved={unsaved}
              onSaved={(saved) => saved !== name && void navigate(`/connections/${encodeURIComponent(saved)}`, { replace: true })}
              onClose={() => void navigate('/connections')}
            />
        </Tabs.Panel>
        <Tabs.Panel value="used-by">
          <UsedBy connection={connection} />
        </Tabs.Panel>
        <Tabs.Panel value="role">
          <RoleComparison connection={connection} />
        </Tabs.Panel>
        <Tabs.Panel value="oauth2">
          <Certificate connection={connection} />
        </Tabs.Panel>
        <Tabs.Panel value="restlets">
          <Restlets connection={name} />
        </Tabs.Panel>
        <Tabs.Panel value="audit-log">
          <Audit connection={connection} />
        </Tabs.Panel>
        <Tabs.Panel value="debug-log">
          <DebugLog connection={connection} />
        </Tabs.Panel>
        <Tabs.Panel value="doctor">
          <Examination connection={connection} />
        </Tabs.Panel>
      </Paper>
      </Tabs>
      {testing && <TestDialog connection={connection} onClose={() => setTesting(false)} />}
      {unsaved.dialog}
    </>
  );
}

/** Who NetSuite says that the connection is. */
function Who({ connection }: { connection: Connection }) {
  const who = connection.identity;
  if (!who) return null;
  return <span>{[`account ${who.account}`, who.role_name && `role ${who.role_name}`, who.entity_name && `user ${who.entity_name}`].filter(Boolean).join(', ')}</span>;
}
