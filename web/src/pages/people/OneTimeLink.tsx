import { Button, Code, Group, Modal, Stack, Text } from '@mantine/core';

import type { Link } from '../../api/schema';
import { exactText } from '../../parts/Ago';
import { Copy } from '../../parts/Copy';

/** Shows a one-time link, this once. */
export function OneTimeLink({ name, link, onClose }: { name: string; link: Link; onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title={`A link for ${name}`} centered size="lg" closeOnClickOutside={false} closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack>
        <Text size="sm">
          Send it to {name} on a way that others do not read. It sets a password, works once, and ends on {exactText(link.ends_at)}. It is not shown again; a new one takes its place.
        </Text>
        <Code block aria-label="Link" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
          {link.url}
        </Code>
        <Group justify="flex-end">
          <Copy text={link.url} label="Copy link" size="sm" />
          <Button onClick={onClose}>Done</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
