import { SimpleGrid, Stack } from '@mantine/core';

import { PageHeader } from '../../parts/PageHeader';
import { Backups } from './Backups';
import { InDoubt } from './InDoubt';
import { Keys } from './Keys';
import { TakeBackup } from './TakeBackup';

/** Backups of the server, the keys that seal its secrets, and what a restore has left in doubt. */
export function Operate() {
  return (
    <>
      <PageHeader title="Backup & keys" about="A backup holds all that this server knows, as of one moment. Its secrets stay sealed: to restore them you need the key file too." />
      <Stack gap="lg">
        <InDoubt />
        <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
          <TakeBackup />
          <Keys />
        </SimpleGrid>
        <Backups />
      </Stack>
    </>
  );
}
