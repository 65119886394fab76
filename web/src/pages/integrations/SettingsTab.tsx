import { Button, Card, Group, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useNavigate } from 'react-router';

import { changed, defaultIntegration, titleOf, useDeleteIntegration, useUpdateIntegration } from '../../api/integrations';
import { problemsAt } from '../../api/problems';
import type { IntegrationView } from '../../api/schema';
import { Ask } from '../../parts/Ask';
import { Explain } from '../../parts/Explain';
import { useMay } from '../../session';
import { ApplicationSelect } from './ApplicationSelect';

/** What an integration is called and what it is for; and its end. */
export function SettingsTab({ integration }: { integration: IntegrationView }) {
  const mayEdit = useMay('flows.edit');
  const update = useUpdateIntegration();
  const form = useForm({ initialValues: { title: integration.title ?? '', application: integration.application ?? '', description: integration.description ?? '' } });
  const submit = form.onSubmit((values) =>
    update.mutate(
      { params: { path: { name: integration.name } }, body: changed(integration, values) },
      {
        onSuccess: () => {
          form.resetDirty();
          notifications.show({ message: 'The integration is saved' });
        },
        onError: (e) => form.setErrors(problemsAt(e)),
      },
    ),
  );
  return (
    <Stack maw={640}>
      <Card padding="lg">
        <form onSubmit={submit}>
          <Stack>
            <TextInput label="Title" description={`As people read it. In files and on the command line: ${integration.name}`} disabled={!mayEdit} {...form.getInputProps('title')} />
            <ApplicationSelect disabled={!mayEdit} value={form.values.application} error={form.errors.application} onChange={(application) => form.setFieldValue('application', application)} />
            <Textarea label="Description" autosize minRows={2} disabled={!mayEdit} {...form.getInputProps('description')} />
            <Explain error={update.error} />
            {mayEdit && (
              <Group justify="flex-end">
                <Button type="submit" loading={update.isPending} disabled={!form.isDirty()}>
                  Save
                </Button>
              </Group>
            )}
          </Stack>
        </form>
      </Card>
      {mayEdit && integration.name !== defaultIntegration && <End integration={integration} />}
    </Stack>
  );
}

function End({ integration }: { integration: IntegrationView }) {
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const remove = useDeleteIntegration();
  return (
    <Card padding="lg">
      <Title order={2} size="h5">
        Delete this integration
      </Title>
      <Text size="sm" c="dimmed" mt={4} mb="md">
        Its connections stay. Flows have to be deleted or moved to another integration first.
      </Text>
      <Group>
        <Button variant="default" c="var(--status-bad)" disabled={integration.flows.length > 0} onClick={() => setAsking(true)}>
          Delete integration
        </Button>
        {integration.flows.length > 0 && (
          <Text size="sm" c="dimmed">
            {integration.flows.length === 1 ? '1 flow is' : `${integration.flows.length} flows are`} in it.
          </Text>
        )}
      </Group>
      <Ask
        opened={asking}
        title={`Delete ${titleOf(integration)}?`}
        yes="Delete"
        danger
        pending={remove.isPending}
        error={remove.error}
        onNo={() => setAsking(false)}
        onYes={() => remove.mutate({ params: { path: { name: integration.name } } }, { onSuccess: () => void navigate('/') })}
      >
        The group goes; connections that are registered with it stay.
      </Ask>
    </Card>
  );
}
