import { ActionIcon, Button, Code, Group, List, Loader, Menu, Paper, Popover, Table, Text, TextInput } from '@mantine/core';
import { IconDots, IconKey, IconPencil, IconPlus, IconSearch, IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { api, query } from '../../api/client';
import type { ConsumerKey } from '../../api/schema';
import { Ago } from '../../parts/Ago';
import { Ask } from '../../parts/Ask';
import { Empty } from '../../parts/Empty';
import { Explain } from '../../parts/Explain';
import { PageHeader } from '../../parts/PageHeader';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { Wide } from '../../parts/Wide';
import { TextLink } from '../../parts/TextLink';
import { useMay } from '../../session';
import { readAccount } from '../connections/account';
import { ConsumerKeyPane } from './ConsumerKeyPane';

const about = 'The consumer key and secret of an integration record in NetSuite, kept once for all connections that use it. The form of a connection calls it iClient.';

/** Consumer keys: list, create, rotate, used by, delete. */
export function ConsumerKeys() {
  const keys = query.useQuery('get', '/api/v1/consumer-keys');
  const [editing, setEditing] = useState<ConsumerKey | 'new'>();
  const [search, setSearch] = useState('');
  const mayEdit = useMay('connections.edit');
  const items = keys.data?.items ?? [];
  const found = items.filter((k) => `${k.name} ${k.account ?? ''} ${k.application ?? ''}`.toLowerCase().includes(search.trim().toLowerCase()));
  const create = mayEdit && (
    <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setEditing('new')}>
      Create iClient
    </Button>
  );
  return (
    <>
      <PageHeader title="Consumer keys (iClient)" about={about}>
        {create}
      </PageHeader>
      <Explain error={keys.error} />
      {keys.isPending && <PageSkeleton />}
      {keys.data && items.length === 0 && (
        <Empty title="No consumer keys yet" action={create}>
          Create one with the consumer key and secret that NetSuite shows once when the integration record is saved. A connection can also keep keys of its own.
        </Empty>
      )}
      {items.length > 0 && (
        <>
          <TextInput aria-label="Search consumer keys" placeholder="Search" leftSection={<IconSearch size={16} aria-hidden />} value={search} onChange={(e) => setSearch(e.currentTarget.value)} maw={320} mb="md" />
          <Paper withBorder><Wide label="Consumer keys">
            <Table verticalSpacing="sm" highlightOnHover miw={720}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Name</Table.Th>
                  <Table.Th>Application</Table.Th>
                  <Table.Th>Account</Table.Th>
                  <Table.Th>Consumer key</Table.Th>
                  <Table.Th>Used by</Table.Th>
                  <Table.Th>Changed</Table.Th>
                  <Table.Th>Actions</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {found.map((k) => (
                  <Row key={k.id} item={k} onEdit={mayEdit ? () => setEditing(k) : undefined} />
                ))}
              </Table.Tbody>
            </Table>
            {found.length === 0 && <Text c="dimmed">None of them matches.</Text>}
          </Wide></Paper>
        </>
      )}
      {editing && <ConsumerKeyPane stored={editing === 'new' ? undefined : editing} onClose={() => setEditing(undefined)} onSaved={() => setEditing(undefined)} />}
    </>
  );
}

function Row({ item, onEdit }: { item: ConsumerKey; onEdit?: () => void }) {
  const [deleting, setDeleting] = useState(false);
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => api.DELETE('/api/v1/consumer-keys/{name}', { params: { path: { name: item.name } } }),
    onSuccess: async () => {
      setDeleting(false);
      await queries.invalidateQueries({ queryKey: ['get', '/api/v1/consumer-keys'] });
    },
  });
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap={8} wrap="nowrap">
          <IconKey size={18} aria-hidden />
          <Text size="sm" fw={600}>
            {item.name}
          </Text>
        </Group>
      </Table.Td>
      <Table.Td>{item.application || '–'}</Table.Td>
      <Table.Td>{readAccount(item.account ?? '')?.realm ?? item.account ?? '–'}</Table.Td>
      <Table.Td>
        <Code>{item.consumer_key}</Code>
      </Table.Td>
      <Table.Td>
        <UsedBy name={item.name} />
      </Table.Td>
      <Table.Td>
        <Ago at={item.updated_at} size="sm" />
      </Table.Td>
      <Table.Td>
        {onEdit && (
          <Group gap={4} wrap="nowrap">
            <ActionIcon variant="subtle" color="gray" aria-label={`Edit ${item.name}`} onClick={onEdit}>
              <IconPencil size={18} aria-hidden />
            </ActionIcon>
            <Menu position="bottom-end" width={220}>
              <Menu.Target>
                <ActionIcon variant="subtle" color="gray" aria-label={`Actions of ${item.name}`}>
                  <IconDots size={18} aria-hidden />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item leftSection={<IconKey size={16} aria-hidden />} onClick={onEdit}>
                  Rotate key and secret
                </Menu.Item>
                <Menu.Item leftSection={<IconTrash size={16} aria-hidden />} c="var(--status-bad)" onClick={() => setDeleting(true)}>
                  Delete
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </Group>
        )}
        <Ask opened={deleting} title={`Delete ${item.name}?`} yes="Delete" danger pending={remove.isPending} error={remove.error} onYes={() => remove.mutate()} onNo={() => setDeleting(false)}>
          Its consumer key and secret are forgotten. One that connections use is not deleted.
        </Ask>
      </Table.Td>
    </Table.Tr>
  );
}

/** The connections that name the consumer key; asked for when somebody wants to know. */
function UsedBy({ name }: { name: string }) {
  const [opened, setOpened] = useState(false);
  const used = query.useQuery('get', '/api/v1/consumer-keys/{name}/connections', { params: { path: { name } } });
  const names = used.data?.items ?? [];
  if (used.isPending) return <Loader size="xs" role="status" aria-label="Loading" />;
  if (names.length === 0) return <Text size="sm">–</Text>;
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" withArrow shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Button variant="subtle" size="compact-sm" aria-expanded={opened} onClick={() => setOpened(!opened)}>
          {names.length === 1 ? '1 connection' : `${names.length} connections`}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={`Connections that use ${name}`}>
        <List size="sm">
          {names.map((n) => (
            <List.Item key={n}>
              <TextLink to={`/connections/${n}`}>{n}</TextLink>
            </List.Item>
          ))}
        </List>
      </Popover.Dropdown>
    </Popover>
  );
}
