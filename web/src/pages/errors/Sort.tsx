import { Modal, Stack, TagsInput, TextInput } from '@mantine/core';
import { useState } from 'react';

import { query } from '../../api/client';
import { useRefresh } from '../../api/runs';
import { Explain } from '../../parts/Explain';
import { FormButtons } from '../../parts/FormButtons';
import { useSession } from '../../session';
import { counted } from './counted';
import type { Chosen } from './useSelection';

interface Props {
  chosen: Chosen;
  onClose: (done: boolean) => void;
}

/** What is asked about which errors. */
export interface Asking {
  what: 'assign' | 'tag' | 'resolve';
  chosen: Chosen;
}

/** Asks for what an action has to know, and does it. */
export function Sort({ asking, onClose }: { asking: Asking; onClose: (done: boolean) => void }) {
  const Dialog = { assign: Assign, tag: Tag, resolve: Resolve }[asking.what];
  return <Dialog chosen={asking.chosen} onClose={onClose} />;
}

const several = ({ count }: Chosen) => (count === 1 ? 'the error' : counted(count, 'error'));

/** Says whose errors they are. */
function Assign({ chosen, onClose }: Props) {
  const me = useSession();
  const refresh = useRefresh();
  const [person, setPerson] = useState(me.name.includes('@') ? me.name : '');
  const assign = query.useMutation('post', '/api/v1/errors/assign', {
    onSuccess: () => {
      refresh('/api/v1/errors');
      onClose(true);
    },
  });
  return (
    <Modal opened onClose={() => onClose(false)} title={`Assign ${several(chosen)}`} centered closeButtonProps={{ 'aria-label': 'Close' }}>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          assign.mutate({ body: { ...chosen.errors, assignee: person.trim() || undefined } });
        }}
      >
        <Stack>
          <TextInput label="E-mail address" description="Of a user of this server. Leave it empty to assign to nobody." type="email" value={person} data-autofocus onChange={(e) => setPerson(e.currentTarget.value)} />
          <Explain error={assign.error} />
          <FormButtons yes="Assign" pending={assign.isPending} onCancel={() => onClose(false)} />
        </Stack>
      </form>
    </Modal>
  );
}

/** Adds and removes tags. */
function Tag({ chosen, onClose }: Props) {
  const refresh = useRefresh();
  const [add, setAdd] = useState<string[]>([]);
  const [remove, setRemove] = useState<string[]>([]);
  const tag = query.useMutation('post', '/api/v1/errors/tag', {
    onSuccess: () => {
      refresh('/api/v1/errors');
      onClose(true);
    },
  });
  return (
    <Modal opened onClose={() => onClose(false)} title={`Tag ${several(chosen)}`} centered closeButtonProps={{ 'aria-label': 'Close' }}>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          tag.mutate({ body: { ...chosen.errors, add, remove } });
        }}
      >
        <Stack>
          <TagsInput label="Add" description="Lower-case letters, digits, dots, dashes and underscores." value={add} onChange={setAdd} data-autofocus />
          <TagsInput label="Remove" value={remove} onChange={setRemove} />
          <Explain error={tag.error} />
          <FormButtons yes="Save tags" pending={tag.isPending} onCancel={() => onClose(false)} />
        </Stack>
      </form>
    </Modal>
  );
}

/** Resolves errors by hand, and keeps why. */
function Resolve({ chosen, onClose }: Props) {
  const refresh = useRefresh();
  const [reason, setReason] = useState('');
  const resolve = query.useMutation('post', '/api/v1/errors/resolve', {
    onSuccess: () => {
      refresh('/api/v1/errors', '/api/v1/integrations', '/api/v1/attention');
      onClose(true);
    },
  });
  return (
    <Modal opened onClose={() => onClose(false)} title={`Resolve ${several(chosen)}`} centered closeButtonProps={{ 'aria-label': 'Close' }}>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          resolve.mutate({ body: { ...chosen.errors, reason: reason.trim() || undefined } });
        }}
      >
        <Stack>
          <TextInput label="Why" description="For whoever looks later; it may stay empty." maxLength={500} value={reason} data-autofocus onChange={(e) => setReason(e.currentTarget.value)} />
          <Explain error={resolve.error} />
          <FormButtons yes="Resolve" pending={resolve.isPending} onCancel={() => onClose(false)} />
        </Stack>
      </form>
    </Modal>
  );
}
