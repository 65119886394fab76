import { Stack } from '@mantine/core';

import { query } from '../../api/client';
import { Explain } from '../../parts/Explain';
import { PageHeader } from '../../parts/PageHeader';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { useUnsaved } from '../../parts/useUnsaved';
import { KeptForm } from './KeptForm';
import { ServerFacts } from './ServerFacts';

/** What the server keeps and how long, and how it was started. */
export function Settings() {
  const settings = query.useQuery('get', '/api/v1/settings');
  const unsaved = useUnsaved();
  return (
    <>
      <PageHeader title="Settings" about="How long this server keeps what grows, and how it was started." />
      {settings.error ? (
        <Explain error={settings.error} title="The settings cannot be shown" />
      ) : !settings.data ? (
        <PageSkeleton rows={12} />
      ) : (
        <Stack gap="lg">
          <KeptForm settings={settings.data} newest={settings.refetch} unsaved={unsaved} />
          <ServerFacts />
        </Stack>
      )}
      {unsaved.dialog}
    </>
  );
}
