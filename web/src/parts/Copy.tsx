import { Button, CopyButton, type ButtonProps } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';

/** Copies text, and says so. */
export function Copy({ text, label = 'Copy', ...props }: { text: string; label?: string } & ButtonProps) {
  return (
    <CopyButton value={text} timeout={2500}>
      {({ copied, copy }) => (
        <Button variant="default" size="xs" leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />} {...props} onClick={copy}>
          <span aria-live="polite">{copied ? 'Copied' : label}</span>
        </Button>
      )}
    </CopyButton>
  );
}
