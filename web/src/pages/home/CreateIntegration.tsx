import { Button, Group, Modal, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useNavigate } from 'react-router';

import { query } from '../../api/client';
import { useCreateIntegration } from '../../api/integrations';
import { problemsAt } from '../../api/problems';
import { Explain } from '../../parts/Explain';
import { plainName } from '../../parts/plainName';

/** Asks for the name of a new integration, makes it and goes there. */
export function CreateIntegration({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const applications = query.useQuery('get', '/api/v1/guide/applications');
  const create = useCreateIntegration();
  const form = useForm({ initialValues: { title: '', application: '', description: '' }, validate: { title: (t) => (plainName(t) ? null : 'Give it a name with letters or digits') } });
  const submit = form.onSubmit((values) => {
    const name = plainName(values.title);
    create.mutate({ body: { name, ...values } }, { onSuccess: () => void navigate(`/integrations/${encodeURIComponent(name)}`), onError: (e) => form.setErrors({ title: problemsAt(e).name, ...problemsAt(e) }) });
  });
  return (
    <Modal opened onClose={onClose} title="Create integration" centered>
      <form onSubmit={submit} noValidate>
        <Stack>
          <TextInput label="Name" required data-autofocus placeholder="Web shop" description={`In files and on the command line: ${plainName(form.values.title) || '…'}`} {...form.getInputProps('title')} />
          <Select
            label="Application"
            description="What stands at the other side of NetSuite, where the set-up guide knows it."
            data={(applications.data?.items ?? []).map((a) => ({ value: a.id, label: a.name }))}
            clearable
            searchable
            {...form.getInputProps('application')}
            onChange={(value) => form.setFieldValue('application', value ?? '')}
          />
          <Textarea label="Description" autosize minRows={2} {...form.getInputProps('description')} />
          <Explain error={create.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={create.isPending}>
              Create
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
