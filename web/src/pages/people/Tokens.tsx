import { ActionIcon, Button, Text } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useMemo, useState } from 'react';

import { query } from '../../api/client';
import { useRefresh } from '../../api/runs';
import type { Token } from '../../api/schema';
import { Ago } from '../../parts/Ago';
import { Ask } from '../../parts/Ask';
import { Empty } from '../../parts/Empty';
import { Explain } from '../../parts/Explain';
import { PageHeader } from '../../parts/PageHeader';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { type Column, DataTable } from '../../parts/table/DataTable';
import { useSession } from '../../session';
import { NewToken } from './NewToken';
import { RoleBadges } from './RoleBadges';

/** API tokens: with one a program acts for a person. */
export function Tokens() {
  const tokens = query.useQuery('get', '/api/v1/tokens');
  const [creating, setCreating] = useState(false);
  const [ending, setEnding] = useState<Token>();
  const refresh = useRefresh();
  const remove = query.useMutation('delete', '/api/v1/tokens/{id}', {
    onSuccess: () => {
      setEnding(undefined);
      refresh('/api/v1/tokens');
    },
  });
  const create = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
      Create API token
    </Button>
  );
  return (
    <>
      <PageHeader title="API tokens" about="With a token a program or the command line acts for you, and never does more than you may.">
        {create}
      </PageHeader>
      {tokens.error ? (
        <Explain error={tokens.error} title="The tokens cannot be shown" />
      ) : !tokens.data ? (
        <PageSkeleton rows={3} />
      ) : tokens.data.items.length === 0 ? (
        <Empty title="No API tokens yet">The command line uses one as SLUICE_TOKEN, programs send it in the header Authorization: Bearer.</Empty>
      ) : (
        <TokenTable rows={tokens.data.items} onDelete={setEnding} />
      )}
      {creating && <NewToken onClose={() => setCreating(false)} />}
      <Ask
        opened={!!ending}
        title={`Delete the token ${ending?.name ?? ''}?`}
        yes="Delete"
        danger
        pending={remove.isPending}
        error={remove.error}
        onNo={() => setEnding(undefined)}
        onYes={() => ending && remove.mutate({ params: { path: { id: ending.id } } })}
      >
        Programs that use it are refused from then on.
      </Ask>
    </>
  );
}

function TokenTable({ rows, onDelete }: { rows: Token[]; onDelete: (token: Token) => void }) {
  const me = useSession().user_id;
  const columns = useMemo(
    (): Column<Token>[] => [
      {
        key: 'name',
        title: 'Name',
        cell: (t) => (
          <Text size="sm" fw={550} style={{ overflowWrap: 'anywhere' }}>
            {t.name}
          </Text>
        ),
      },
      { key: 'user', title: 'Acts for', width: '20%', from: 'sm', cell: (t) => (t.user_id === me ? 'You' : t.user) },
      { key: 'most', title: 'At most', width: '22%', from: 'sm', cell: (t) => <RoleBadges role={t.role} integrations={t.integrations} /> },
      { key: 'used', title: 'Last used', width: 126, cell: (t) => <Ago at={t.last_used} size="sm" /> },
      { key: 'expires', title: 'Expires', width: 126, from: 'sm', cell: (t) => <Ago at={t.expires_at} size="sm" none="no end" /> },
      {
        key: 'actions',
        title: 'Actions',
        width: 80,
        cell: (t) => (
          <ActionIcon variant="subtle" color="gray" aria-label={`Delete the token ${t.name}`} onClick={() => onDelete(t)}>
            <IconTrash size={18} aria-hidden />
          </ActionIcon>
        ),
      },
    ],
    [me, onDelete],
  );
  return <DataTable label="API tokens" columns={columns} rows={rows} idOf={(t) => t.id} rowHeight={49} />;
}
