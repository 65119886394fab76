import { Modal, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useNavigate } from 'react-router';

import { useCreateIntegration } from '../../api/integrations';
import { problemsAt } from '../../api/problems';
import { Explain } from '../../parts/Explain';
import { FormButtons } from '../../parts/FormButtons';
import { plainName } from '../../parts/plainName';
import { ApplicationSelect } from '../integrations/ApplicationSelect';

/** Asks for the name of a new integration, makes it and goes there. */
export function CreateIntegration({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
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
          <ApplicationSelect value={form.values.application} error={form.errors.application} onChange={(application) => form.setFieldValue('application', application)} />
          <Textarea label="Description" autosize minRows={2} {...form.getInputProps('description')} />
          <Explain error={create.error} />
          <FormButtons yes="Create" pending={create.isPending} onCancel={onClose} />
        </Stack>
      </form>
    </Modal>
  );
}
