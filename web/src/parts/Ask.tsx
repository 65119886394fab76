import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

import { Explain } from './Explain';

interface AskProps {
  opened: boolean;
  title: string;
  children?: ReactNode;
  /** What the button says that goes on. */
  yes: string;
  no?: string;
  danger?: boolean;
  /** Of the dialog, where it shows more than words. */
  size?: string;
  pending?: boolean;
  /** False while something is to be entered first. */
  ready?: boolean;
  error?: unknown;
  onYes: () => void;
  onNo: () => void;
}

/** Asks before something happens that cannot simply be undone. */
export function Ask({ opened, title, children, yes, no = 'Cancel', danger, size, pending, ready = true, error, onYes, onNo }: AskProps) {
  return (
    <Modal opened={opened} onClose={onNo} title={title} size={size} centered zIndex={400} closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack>
        {typeof children === 'string' ? <Text size="sm">{children}</Text> : children}
        <Explain error={error} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onNo} data-autofocus>
            {no}
          </Button>
          <Button color={danger ? 'red.8' : undefined} loading={pending} disabled={!ready} onClick={onYes}>
            {yes}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
