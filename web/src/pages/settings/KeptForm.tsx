import { Alert, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useEffect, useState } from 'react';

import type { Excess, Settings } from '../../api/schema';
import { Ago } from '../../parts/Ago';
import { Ask } from '../../parts/Ask';
import { Explain } from '../../parts/Explain';
import type { Unsaved } from '../../parts/useUnsaved';
import { outdatedText } from './change';
import { KeptRow } from './KeptRow';
import { type Kept, useKept } from './useKept';

type Newest = () => Promise<{ data?: Settings | undefined }>;

/** How long everything is kept that grows. */
export function KeptForm({ settings, newest, unsaved }: { settings: Settings; newest: Newest; unsaved: Unsaved }) {
  const kept = useKept(settings);
  const { report } = unsaved;
  useEffect(() => report(kept.dirty), [report, kept.dirty]);
  const [asking, setAsking] = useState(false);
  const goes = outdatedText(kept.excess ?? []);
  const close = () => setAsking(false);
  const save = () => {
    close();
    kept.save();
  };
  return (
    <Card withBorder padding="lg" component="section" aria-label="What is kept">
      <form
        onSubmit={(e) => {
          e.preventDefault();
          if (goes) setAsking(true);
          else save();
        }}
      >
        <Stack gap="md">
          <div>
            <Title order={2} size="h4">
              What is kept
            </Title>
            <Text size="sm" c="dimmed">
              What is outdated goes within a day, never at once. {settings.changed_at && <>Changed by {settings.changed_by} <Ago at={settings.changed_at} size="sm" />.</>}
            </Text>
          </div>
          <div>
            {settings.items.map((s) => (
              <KeptRow key={s.name} setting={s} kept={kept} excess={kept.lastExcess?.find((e) => e.name === s.name)} />
            ))}
          </div>
          <Explain error={kept.excessError} title="What would go is not known" />
          <Explain error={kept.error} title="The settings are not saved" />
          <Refused labels={settings.items.filter((s) => kept.problems[s.name]).map((s) => s.label)} />
          {kept.overtaken && <Overtaken kept={kept} newest={newest} />}
          <Group justify="flex-end" gap="sm">
            <Text size="sm" c="dimmed" role="status" flex={1}>
              {kept.dirty && kept.excess && (goes ? `With this go: ${goes}.` : 'With this nothing goes now.')}
            </Text>
            <Button variant="default" disabled={!kept.dirty} onClick={kept.discard}>
              Discard
            </Button>
            <Button type="submit" loading={kept.pending} disabled={!kept.dirty || !kept.ready}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
      <Ask opened={asking} title="Remove what is outdated?" yes="Save and remove" danger onNo={close} onYes={save}>
        <Going excess={kept.excess ?? []} />
      </Ask>
    </Card>
  );
}

function Going({ excess }: { excess: Excess[] }) {
  return (
    <Text size="sm">
      Within a day these go for good: {outdatedText(excess)}. A backup that was made before still has them.
    </Text>
  );
}

/** Values that the server does not take; each field says why. */
function Refused({ labels }: { labels: string[] }) {
  if (labels.length === 0) return null;
  return (
    <Alert role="alert" color="red" variant="outline" title="The settings are not saved">
      <Text size="sm">Look at: {labels.join(', ')}.</Text>
    </Alert>
  );
}

/** Somebody else has changed the settings since these were shown. */
function Overtaken({ kept, newest }: { kept: Kept; newest: Newest }) {
  return (
    <Alert role="alert" color="yellow" variant="outline" title="Somebody else has changed the settings meanwhile">
      <Stack gap="sm" align="flex-start">
        <Text size="sm">Nothing of yours is saved yet. Take theirs in: what you entered stays, and you see what it would be now.</Text>
        <Button size="xs" variant="default" onClick={() => void kept.rebase(newest)}>
          Show theirs, keep mine
        </Button>
      </Stack>
    </Alert>
  );
}
