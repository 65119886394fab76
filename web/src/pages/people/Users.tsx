import { Button, Modal } from '@mantine/core';
import { IconUserPlus } from '@tabler/icons-react';
import { useState } from 'react';

import { query } from '../../api/client';
import { useRefresh } from '../../api/runs';
import type { Link, Person } from '../../api/schema';
import { Ask } from '../../parts/Ask';
import { Explain } from '../../parts/Explain';
import { PageHeader } from '../../parts/PageHeader';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { OneTimeLink } from './OneTimeLink';
import { RemoveUser } from './RemoveUser';
import { Sessions } from './Sessions';
import { UserForm } from './UserForm';
import { type Act, UserTable } from './UserTable';

/** Who has an account here, and what each may do. */
export function Users() {
  const users = query.useQuery('get', '/api/v1/users');
  const [act, setAct] = useState<{ what: Act | 'add'; person?: Person }>();
  const close = () => setAct(undefined);
  return (
    <>
      <PageHeader title="Users" about="A role holds everywhere. Roles in single integrations add to it.">
        <Button leftSection={<IconUserPlus size={16} aria-hidden />} onClick={() => setAct({ what: 'add' })}>
          Add user
        </Button>
      </PageHeader>
      {users.error ? (
        <Explain error={users.error} title="The users cannot be shown" />
      ) : !users.data ? (
        <PageSkeleton rows={3} />
      ) : (
        <UserTable rows={users.data.items} onAct={(what, person) => setAct({ what, person })} />
      )}
      {(act?.what === 'add' || act?.what === 'edit') && <UserForm user={act.person} onClose={close} />}
      {act?.what === 'sessions' && act.person && (
        <Modal opened onClose={close} title={`Sessions of ${act.person.name}`} centered size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
          <Sessions user={act.person.email} />
        </Modal>
      )}
      {act?.what === 'link' && act.person && <NewLink person={act.person} onClose={close} />}
      {act?.what === 'remove' && act.person && <RemoveUser person={act.person} onClose={close} />}
    </>
  );
}

/** Makes a one-time link, once it is said what that does. */
function NewLink({ person, onClose }: { person: Person; onClose: () => void }) {
  const [link, setLink] = useState<Link>();
  const refresh = useRefresh();
  const offer = query.useMutation('post', '/api/v1/users/{id}/link', {
    gcTime: 0,
    onSuccess: (made) => {
      setLink(made);
      refresh('/api/v1/users');
    },
  });
  if (link) return <OneTimeLink name={person.name} link={link} onClose={onClose} />;
  return (
    <Ask opened title={`Make a link for ${person.name}?`} yes="Make link" pending={offer.isPending} error={offer.error} onNo={onClose} onYes={() => offer.mutate({ params: { path: { id: person.id } } })}>
      {`With it ${person.email} sets a new password within 72 hours. Until then the present password, if there is one, works on. A link that was made before ends.`}
    </Ask>
  );
}
