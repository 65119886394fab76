import { SimpleGrid, Stack, Text } from '@mantine/core';
import { useState } from 'react';

import { PageHeader } from '../../parts/PageHeader';
import { useMay } from '../../session';
import { Backups } from './Backups';
import { InDoubt } from './InDoubt';
import { Keys } from './Keys';
import { RestoreCard } from './RestoreCard';
import { TakeBackup } from './TakeBackup';

/** Backups of the server, the keys that seal its secrets, and what a restore has left in doubt. */
export function Operate() {
  const mayRestore = useMay('server.restore');
  const [kept, setKept] = useState<string>();
  return (
    <>
      <PageHeader title="Backup & keys" about="A backup holds all that this server knows, as of one moment. Its secrets stay sealed: to restore them you need the key file too." />
      <Stack gap="lg">
        <InDoubt />
        <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
          <TakeBackup />
          <Keys />
        </SimpleGrid>
        <Backups onRestore={mayRestore ? setKept : undefined} />
        {mayRestore ? (
          <RestoreCard kept={kept} onKept={() => setKept(undefined)} />
        ) : (
          <Text size="sm" c="dimmed">
            Backups are restored here by an owner: a backup brings its own users, and their roles.
          </Text>
        )}
      </Stack>
    </>
  );
}
