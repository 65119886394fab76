import { Button, Code, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';

import { query } from '../../api/client';
import { problemsAt } from '../../api/problems';
import { useRefresh } from '../../api/runs';
import { Copy } from '../../parts/Copy';
import { Explain } from '../../parts/Explain';
import { FormButtons } from '../../parts/FormButtons';
import { useSession } from '../../session';
import { type Role, rolesUpTo } from './roles';
import { RoleSelect } from './RoleSelect';

const lives = [
  { value: '720h', label: '30 days' },
  { value: '2160h', label: '90 days' },
  { value: '8760h', label: 'One year' },
  { value: '', label: 'Until it is deleted' },
];

/** Makes an API token and shows its text, this once. */
export function NewToken({ onClose }: { onClose: () => void }) {
  const me = useSession();
  const refresh = useRefresh();
  const form = useForm({ initialValues: { name: '', role: me.role, expires_in: '2160h' } });
  // The text lives in this dialog alone: not in the cache of queries, and gone when it closes.
  const create = query.useMutation('post', '/api/v1/tokens', { gcTime: 0, onSuccess: () => refresh('/api/v1/tokens'), onError: (e) => form.setErrors(problemsAt(e)) });
  const text = create.data?.text;
  return (
    <Modal opened onClose={onClose} title={text ? 'Copy the token now' : 'Create API token'} centered size="lg" closeOnClickOutside={!text}>
      {text ? (
        <Stack>
          <Text size="sm">This is the only time that the token is shown. Keep it in a password manager.</Text>
          <Code block aria-label="Token">
            {text}
          </Code>
          <Group justify="flex-end">
            <Copy text={text} label="Copy token" size="sm" />
            <Button onClick={onClose}>Done</Button>
          </Group>
        </Stack>
      ) : (
        <form onSubmit={form.onSubmit(({ name, role, expires_in }) => create.mutate({ body: { name, role: role as Role, expires_in: expires_in || undefined } }))}>
          <Stack>
            <TextInput label="Name" description="What the token is for." placeholder="laptop" required data-autofocus autoComplete="off" {...form.getInputProps('name')} />
            <RoleSelect among={rolesUpTo(me.role)} required value={form.values.role} error={form.errors.role} onChange={(role) => form.setFieldValue('role', role)} />
            <Select label="Works for" data={lives} allowDeselect={false} {...form.getInputProps('expires_in')} />
            <Explain error={create.error} />
            <FormButtons yes="Create" pending={create.isPending} onCancel={onClose} />
          </Stack>
        </form>
      )}
    </Modal>
  );
}
