import { Alert, Button } from '@mantine/core';

import type { Broken } from '../../../flow/reading';

/** Says that the text cannot be read, where the last flow that could is shown. */
export function Unreadable({ broken, onShow }: { broken?: Broken; onShow: () => void }) {
  if (!broken) return null;
  return (
    <Alert mb="md" color="red" title="The YAML cannot be read">
      Line {broken.line}: {broken.message}. Shown is what could be read last; it can be changed once the text can be read again.
      <div>
        <Button size="xs" variant="default" mt="xs" onClick={onShow}>
          Show the text
        </Button>
      </div>
    </Alert>
  );
}
