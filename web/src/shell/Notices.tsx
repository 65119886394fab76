import { ActionIcon, Text } from '@mantine/core';
import { IconBell } from '@tabler/icons-react';

/** The bell with what needs somebody. */
export function Notices() {
  return (
    <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Notices">
      <IconBell size={20} aria-hidden />
      <Text span hidden />
    </ActionIcon>
  );
}
