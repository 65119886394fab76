import { Button, Card, Group, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { IconDownload, IconKey } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';

import { Ask } from '../../parts/Ask';
import { fetchWithKey } from './fetchBackup';

/** Makes a backup and downloads it, with or without the keys. */
export function TakeBackup() {
  const [asking, setAsking] = useState(false);
  return (
    <Card withBorder padding="lg" component="section" aria-label="Download a backup">
      <Stack gap="sm">
        <Title order={2} size="h4">
          Download a backup
        </Title>
        <Text size="sm" c="dimmed">
          Connections, flows, runs, the ledger, errors, users and the audit log, while the server goes on working. Browsers&rsquo; sessions and the key file are not in it.
        </Text>
        <Group gap="sm">
          <Button component="a" href="/api/v1/backup" download leftSection={<IconDownload size={16} aria-hidden />}>
            Download backup
          </Button>
          <Button variant="default" leftSection={<IconKey size={16} aria-hidden />} onClick={() => setAsking(true)}>
            With the keys
          </Button>
        </Group>
      </Stack>
      {asking && <WithKey onClose={() => setAsking(false)} />}
    </Card>
  );
}

const shortest = 12;

function WithKey({ onClose }: { onClose: () => void }) {
  const form = useForm({
    initialValues: { passphrase: '', again: '' },
    validate: {
      passphrase: (text) => (text.length < shortest ? `At least ${shortest} characters` : null),
      again: (text, all) => (text !== all.passphrase ? 'Not the same' : null),
    },
  });
  const take = useMutation({
    mutationFn: fetchWithKey,
    onSuccess: (name) => {
      notifications.show({ message: `${name} holds the keys. Without the passphrase nobody opens them.` });
      onClose();
    },
  });
  const start = () => {
    if (!form.validate().hasErrors) take.mutate(form.values.passphrase);
  };
  return (
    <Ask opened title="Put the keys into the backup" yes="Download" pending={take.isPending} error={take.error} onNo={onClose} onYes={start}>
      <Stack>
        <Text size="sm">The keys are sealed under a passphrase. Whoever has the file can try as many passphrases as they like: choose a long one, and keep it apart from the file.</Text>
        <PasswordInput label="Passphrase" autoComplete="new-password" required {...form.getInputProps('passphrase')} />
        <PasswordInput label="The same again" autoComplete="new-password" required {...form.getInputProps('again')} />
      </Stack>
    </Ask>
  );
}
