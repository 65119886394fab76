import { Button, Code, Group, Modal, Radio, Select, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';

import { query } from '../../api/client';
import { problemsAt } from '../../api/problems';
import { useRefresh } from '../../api/runs';
import { Copy } from '../../parts/Copy';
import { Explain } from '../../parts/Explain';
import { FormButtons } from '../../parts/FormButtons';
import { useSession } from '../../session';
import { IntegrationRoles, type Roles } from './IntegrationRoles';
import { best, type Role, rolesUpTo } from './roles';
import { RoleSelect } from './RoleSelect';

const lives = [
  { value: '168h', label: '7 days' },
  { value: '720h', label: '30 days' },
  { value: '2160h', label: '90 days' },
  { value: '8760h', label: 'One year' },
  { value: '', label: 'Until it is deleted' },
];

/** Makes an API token and shows its text, this once. */
export function NewToken({ onClose }: { onClose: () => void }) {
  const me = useSession();
  const greatest = best(me.role, me.integrations);
  const refresh = useRefresh();
  const form = useForm({
    initialValues: { name: '', reach: 'everywhere', role: greatest, integrations: {} as Roles, expires_in: '2160h' },
    validate: { integrations: (value, { reach }) => (reach === 'integrations' && Object.keys(value).length === 0 ? 'Choose at least one' : null) },
  });
  // The text lives in this dialog alone: not in the cache of queries, and gone when it closes.
  const create = query.useMutation('post', '/api/v1/tokens', { gcTime: 0, onSuccess: () => refresh('/api/v1/tokens'), onError: (e) => form.setErrors(problemsAt(e)) });
  const text = create.data?.text;
  const submit = form.onSubmit(({ name, reach, role, integrations, expires_in }) =>
    create.mutate({ body: { name, ...(reach === 'everywhere' ? { role: role as Role } : { integrations }), expires_in: expires_in || undefined } }),
  );
  return (
    <Modal opened onClose={onClose} title={text ? 'Copy the token now' : 'Create API token'} centered size="lg" closeOnClickOutside={!text} closeButtonProps={{ 'aria-label': 'Close' }}>
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
        <form onSubmit={submit}>
          <Stack>
            <TextInput label="Name" description="What the token is for." placeholder="laptop" required data-autofocus autoComplete="off" {...form.getInputProps('name')} />
            <Radio.Group label="Acts" {...form.getInputProps('reach')}>
              <Group mt={6} gap="lg">
                <Radio value="everywhere" label="Wherever I may" />
                <Radio value="integrations" label="In some integrations only" />
              </Group>
            </Radio.Group>
            {form.values.reach === 'everywhere' ? (
              <RoleSelect label="With this role at most" among={rolesUpTo(greatest).filter((r) => r.value !== 'member')} required value={form.values.role} error={form.errors.role} onChange={(role) => form.setFieldValue('role', role)} />
            ) : (
              <IntegrationRoles label="Integrations" value={form.values.integrations} onChange={(integrations) => form.setFieldValue('integrations', integrations)} error={form.errors.integrations} />
            )}
            <Select label="Works for" data={lives} allowDeselect={false} {...form.getInputProps('expires_in')} />
            <Text size="xs" c="dimmed">
              The token never does more than you may: when your roles become less, so does what it does.
            </Text>
            <Explain error={create.error} />
            <FormButtons yes="Create" pending={create.isPending} onCancel={onClose} />
          </Stack>
        </form>
      )}
    </Modal>
  );
}
