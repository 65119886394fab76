import { Alert, Button, Group, Text } from '@mantine/core';
import { IconArrowBackUp, IconInfoCircle, IconTrash } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';

import { api } from '../../api/client';
import type { Kind } from '../../api/schema';
import { Ago } from '../../parts/Ago';
import { Ask } from '../../parts/Ask';
import { Explain } from '../../parts/Explain';
import { useMay } from '../../session';
import { valueOf } from './draft';
import { TestResult } from './TestResult';
import type { Editor } from './useEditor';

function labelOf(kind: Kind, type: string): string {
  return kind.fields?.find((f) => f.name === 'type')?.options?.find((o) => o.value === type)?.label ?? type;
}

/** What happens, and can be done, while a connection changes from one login to another. */
export function LoginChange({ editor, onAuthorize }: { editor: Editor; onAuthorize: () => void }) {
  const { kind, draft, base, stored } = editor;
  if (!stored) return null;
  const [from, to] = [valueOf(kind, base, 'type'), valueOf(kind, draft, 'type')];
  return (
    <>
      {from === 'basic' && from === to && (
        <Alert color="yellow" variant="outline" icon={<IconInfoCircle aria-hidden />} title="NetSuite refuses this authentication type" styles={{ title: { color: 'var(--status-warn)' } }}>
          <Text size="sm">Choose another one under Authentication type. The connection keeps its flows and its history.</Text>
        </Alert>
      )}
      {from !== to && (
        <Alert color="blue" variant="outline" icon={<IconInfoCircle aria-hidden />} title={`From ${labelOf(kind, from)} to ${labelOf(kind, to)}`}>
          <Text size="sm">The present login is kept, and flows go on with it, until the new one is proven. After that it is one click back until you drop it.</Text>
        </Alert>
      )}
      {stored.candidate && <Candidate editor={editor} onAuthorize={onAuthorize} />}
      {stored.previous && <Previous editor={editor} />}
    </>
  );
}

function Candidate({ editor, onAuthorize }: { editor: Editor; onAuthorize: () => void }) {
  const { kind, stored } = editor;
  const mayEdit = useMay('connections.edit');
  const path = { params: { path: { name: stored?.name ?? '' } } };
  const prove = useMutation({
    mutationFn: async () => {
      const evidence = (await api.POST('/api/v1/connections/{name}/candidate', path)).data;
      await editor.taken((await api.GET('/api/v1/connections/{name}', path)).data);
      return evidence;
    },
  });
  const drop = useMutation({ mutationFn: async () => editor.taken((await api.DELETE('/api/v1/connections/{name}/candidate', path)).data) });
  const candidate = stored?.candidate;
  if (!candidate) return null;
  const automatic = candidate.type === 'token-auto';
  return (
    <Alert color={candidate.error ? 'red' : 'blue'} variant="outline" icon={<IconInfoCircle aria-hidden />} title={`${labelOf(kind, candidate.type)} is not proven yet`}>
      <Text size="sm">
        Flows go on with {labelOf(kind, valueOf(kind, editor.base, 'type'))}. The new login was entered <Ago at={candidate.made_at} />.
      </Text>
      {candidate.error && (
        <Text size="sm" mt={4}>
          It was tried <Ago at={candidate.tried_at} />: {candidate.error.message}. {candidate.error.remedy}
        </Text>
      )}
      <Explain error={prove.error ?? drop.error} />
      {prove.data && !prove.data.ok && <TestResult evidence={prove.data} />}
      {mayEdit && (
        <Group gap="sm" mt="sm">
          {automatic ? (
            <Button size="xs" onClick={onAuthorize} loading={editor.authorize.isPending}>
              Authorize
            </Button>
          ) : (
            <Button size="xs" onClick={() => prove.mutate()} loading={prove.isPending}>
              Try it and switch
            </Button>
          )}
          <Button size="xs" variant="default" onClick={() => drop.mutate()} loading={drop.isPending}>
            Forget it
          </Button>
        </Group>
      )}
    </Alert>
  );
}

function Previous({ editor }: { editor: Editor }) {
  const { kind, stored } = editor;
  const mayEdit = useMay('connections.edit');
  const [dropping, setDropping] = useState(false);
  const path = { params: { path: { name: stored?.name ?? '' } } };
  const restore = useMutation({ mutationFn: async () => editor.taken((await api.POST('/api/v1/connections/{name}/previous/restore', path)).data) });
  const drop = useMutation({
    mutationFn: async () => editor.taken((await api.DELETE('/api/v1/connections/{name}/previous', path)).data),
    onSuccess: () => setDropping(false),
  });
  const previous = stored?.previous;
  if (!previous) return null;
  return (
    <Alert color="gray" variant="outline" icon={<IconArrowBackUp aria-hidden />} title={`Previous: ${labelOf(kind, previous.type)}`}>
      <Text size="sm">
        Changed <Ago at={previous.changed_at} />. {previous.proven_at ? 'The new login has worked since, so the previous one can be dropped.' : 'It is kept until the new login has worked.'}
      </Text>
      <Explain error={restore.error} />
      {mayEdit && (
        <Group gap="sm" mt="sm">
          {previous.type !== 'basic' && (
            <Button size="xs" variant="default" leftSection={<IconArrowBackUp size={16} aria-hidden />} loading={restore.isPending} onClick={() => restore.mutate()}>
              Restore
            </Button>
          )}
          <Button size="xs" variant="default" leftSection={<IconTrash size={16} aria-hidden />} disabled={!previous.proven_at} onClick={() => setDropping(true)}>
            Drop
          </Button>
        </Group>
      )}
      <Ask opened={dropping} title="Drop the previous login?" yes="Drop" danger pending={drop.isPending} error={drop.error} onYes={() => drop.mutate()} onNo={() => setDropping(false)}>
        {`Its secrets are forgotten. ${labelOf(kind, previous.type)} would have to be set up again.`}
      </Ask>
    </Alert>
  );
}
