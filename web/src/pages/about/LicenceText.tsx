import { Code, Modal } from '@mantine/core';

import { query } from '../../api/client';
import { Explain } from '../../parts/Explain';
import { PageSkeleton } from '../../parts/PageSkeleton';

/** The whole text of a licence, by its key. */
export function LicenceText({ title, text: key, onClose }: { title: string; text: string; onClose: () => void }) {
  const text = query.useQuery('get', '/api/v1/licences/{id}', { params: { path: { id: key } } }, { staleTime: Infinity });
  return (
    <Modal opened onClose={onClose} title={title} size="xl" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Explain error={text.error} title="The licence cannot be shown" />
      {text.isPending && <PageSkeleton rows={4} />}
      {text.data && (
        <Code block tabIndex={0} role="region" aria-label="Text of the licence" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {text.data.text}
        </Code>
      )}
    </Modal>
  );
}
