import { Stack, Text } from '@mantine/core';

import type { FlowRevision } from '../../../api/schema';
import { Ask } from '../../../parts/Ask';
import { Difference } from '../../../parts/Difference';
import { useRevision } from './RevisionPane';

interface Props {
  name: string;
  number: number;
  newest: FlowRevision;
  dirty: boolean;
  pending: boolean;
  error: unknown;
  onYes: () => void;
  onNo: () => void;
}

/** Asks before an earlier text becomes the newest, and shows what that changes. */
export function Revert({ name, number, newest, dirty, pending, error, onYes, onNo }: Props) {
  const revision = useRevision(name, number);
  return (
    <Ask opened title={`Revert to revision ${number}?`} yes="Revert" size="lg" pending={pending} ready={!!revision.data && !dirty} error={error ?? revision.error} onYes={onYes} onNo={onNo}>
      <Stack gap="sm">
        <Text size="sm">
          {dirty
            ? 'There are changes on this page that are not saved. Save or discard them first.'
            : `Its text is stored as revision ${newest.number + 1}. Nothing of the history goes; a run that is in work ends by the revision it began with.`}
        </Text>
        {revision.data && <Difference title="What changes" before={newest.text} after={revision.data.text} />}
      </Stack>
    </Ask>
  );
}
