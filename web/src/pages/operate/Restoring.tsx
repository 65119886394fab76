import { Button, Group, Loader, Modal, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';

import { progressOf, type Progress } from './restoreProgress';

const every = 700;

/** Waits while the server restores, and leads on when it answers again. */
export function Restoring() {
  const [at, setAt] = useState<Progress>('stopping');
  useEffect(() => {
    let timer = 0;
    let gone = false;
    const look = async () => {
      const now = await progressOf();
      if (gone) return;
      setAt(now);
      // Nothing that this page knows is true any more: it begins anew too.
      if (now === 'restored') window.location.assign(`/login?to=${encodeURIComponent('/backup')}`);
      if (now !== 'restored' && now !== 'failed') timer = window.setTimeout(() => void look(), every);
    };
    timer = window.setTimeout(() => void look(), every);
    return () => {
      gone = true;
      window.clearTimeout(timer);
    };
  }, []);
  return (
    <Modal opened onClose={() => undefined} withCloseButton={false} closeOnClickOutside={false} closeOnEscape={false} centered title="The backup is being restored" zIndex={500}>
      <Stack>
        <Group gap="sm" wrap="nowrap" aria-live="polite">
          {at !== 'failed' && <Loader size="sm" />}
          <Text size="sm">{texts[at]}</Text>
        </Group>
        {at === 'failed' && <Button onClick={() => window.location.reload()}>See why</Button>}
      </Stack>
    </Modal>
  );
}

const texts: Record<Progress, string> = {
  stopping: 'The server stops: runs in work end their pages.',
  away: 'The server does not answer while it restores. A large backup takes some minutes. You can leave this page open.',
  restored: 'Restored. You are led to the log-in page.',
  failed: 'The backup was not restored. All is as it was.',
};
