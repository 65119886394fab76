import { Alert, Button, Card, Code, FileButton, Group, Progress, Stack, Text, Title } from '@mantine/core';
import { IconFileUpload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';

import { query } from '../../api/client';
import { useRefresh } from '../../api/runs';
import { exactText } from '../../parts/Ago';
import { Ask } from '../../parts/Ask';
import { Explain } from '../../parts/Explain';
import { bytesText } from './bytes';
import { Restoring } from './Restoring';
import { sendBackup } from './sendBackup';
import { StagedDialog } from './StagedDialog';

interface RestoreCardProps {
  /** A scheduled backup that somebody wants to restore. */
  kept: string | undefined;
  /** It was taken over, or given up. */
  onKept: () => void;
}

const path = '/api/v1/restore';

/** Restores a backup on this server: brought, looked at, confirmed. For owners. */
export function RestoreCard({ kept, onKept }: RestoreCardProps) {
  const state = query.useQuery('get', path);
  const refresh = useRefresh();
  const [looking, setLooking] = useState(false);
  const [begun, setBegun] = useState(false);
  const staged = state.data?.staged;
  const arrived = () => {
    refresh(path);
    setLooking(true);
  };
  const stageKept = query.useMutation('post', '/api/v1/restore/kept/{name}', { onSuccess: arrived, onSettled: onKept });
  const remove = query.useMutation('delete', path, { onSuccess: () => refresh(path) });
  if (begun || state.data?.begun) return <Restoring />;
  return (
    <Card withBorder padding="lg" component="section" aria-label="Restore a backup">
      <Stack gap="sm">
        <Title order={2} size="h4">
          Restore a backup
        </Title>
        <Text size="sm" c="dimmed">
          It takes the place of all that this server has. First it is checked, and you see what it holds. The server then stops its work, restores, and answers again.
        </Text>
        {state.data?.failed && (
          <Alert color="red" title={`${state.data.failed.source} was not restored; all is as it was`}>
            {state.data.failed.message}
            {state.data.failed.remedy && `. ${state.data.failed.remedy}`}
          </Alert>
        )}
        <Explain error={state.error} title="Whether a backup waits cannot be shown" />
        <Explain error={stageKept.error} title="The backup cannot be restored" />
        {staged && (
          <Alert color="yellow" title={`A backup of ${exactText(staged.made_at)} waits`}>
            <Group gap="sm">
              <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                {staged.source}, {bytesText(staged.size)}
              </Text>
              <Button size="compact-sm" variant="default" onClick={() => setLooking(true)}>
                Look at it
              </Button>
              <Button size="compact-sm" variant="subtle" color="gray" loading={remove.isPending} onClick={() => remove.mutate({})}>
                Remove it
              </Button>
            </Group>
          </Alert>
        )}
        <Bring onArrived={arrived} />
        <Text size="sm" c="dimmed">
          Or on the server&rsquo;s machine, with the server stopped: <Code>sluice restore FILE --replace</Code>
        </Text>
      </Stack>
      <Ask
        opened={kept !== undefined}
        title={`Restore ${kept ?? ''}?`}
        yes="Check it"
        pending={stageKept.isPending}
        onNo={onKept}
        onYes={() => kept && stageKept.mutate({ params: { path: { name: kept } } })}
      >
        The server reads it to its end and shows what it holds. Nothing is restored before you have confirmed that.
      </Ask>
      {staged && looking && <StagedDialog staged={staged} onClose={() => setLooking(false)} onBegun={() => setBegun(true)} />}
    </Card>
  );
}

/** Brings a file of the person's own machine. */
function Bring({ onArrived }: { onArrived: () => void }) {
  const [share, setShare] = useState<number>();
  const sending = useRef<AbortController>(null);
  const send = useMutation({
    mutationFn: (file: File) => {
      sending.current = new AbortController();
      setShare(0);
      return sendBackup(file, setShare, sending.current.signal);
    },
    onSuccess: onArrived,
    onSettled: () => setShare(undefined),
  });
  useEffect(() => () => sending.current?.abort(), []);
  const given = send.error instanceof DOMException;
  return (
    <>
      <Explain error={given ? undefined : send.error} title="The backup cannot be restored" />
      <Group gap="sm">
        <FileButton accept="application/gzip,.gz,.tgz" onChange={(file) => file && send.mutate(file)} inputProps={{ 'aria-label': 'Backup to restore' }}>
          {(props) => (
            <Button {...props} variant="default" leftSection={<IconFileUpload size={16} aria-hidden />} loading={send.isPending}>
              Choose a backup
            </Button>
          )}
        </FileButton>
        {send.isPending && (
          <Button variant="subtle" color="gray" onClick={() => sending.current?.abort()}>
            Cancel
          </Button>
        )}
      </Group>
      {share !== undefined && (
        <div aria-live="polite">
          <Text size="sm" c="dimmed">
            {share < 1 ? 'The backup is on its way' : 'The server checks it'}
          </Text>
          <Progress value={share * 100} animated aria-label="How much of the backup was sent" />
        </div>
      )}
    </>
  );
}
