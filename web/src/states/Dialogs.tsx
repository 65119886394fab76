import { Button, Group, Stack, Title } from '@mantine/core';
import { useState } from 'react';

import { Ask } from '../parts/Ask';
import { KeyHelp } from '../parts/KeyHelp';
import { keyHelp } from '../pages/errors/keys';
import { refused } from './samples';

/** What opens over the page. */
export function Dialogs() {
  const [open, setOpen] = useState<'ask' | 'refused' | 'keys'>();
  const close = () => setOpen(undefined);
  return (
    <Stack gap="sm" component="section" aria-label="Dialogs">
      <Title order={2} size="h4">
        Dialogs
      </Title>
      <Group>
        <Button variant="default" onClick={() => setOpen('ask')}>
          Ask
        </Button>
        <Button variant="default" onClick={() => setOpen('refused')}>
          Ask, refused
        </Button>
        <Button variant="default" onClick={() => setOpen('keys')}>
          KeyHelp
        </Button>
      </Group>
      <Ask opened={open === 'ask' || open === 'refused'} title="Delete the flow orders-in?" yes="Delete" danger error={open === 'refused' ? refused : undefined} onYes={close} onNo={close}>
        Its runs and errors stay for a while.
      </Ask>
      {open === 'keys' && <KeyHelp keys={keyHelp} onClose={close} />}
    </Stack>
  );
}
