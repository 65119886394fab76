import { Accordion, Button, Code, Group, Loader, Stack, Text, Title } from '@mantine/core';
import { IconStethoscope } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';

import { api } from '../../api/client';
import type { Connection, Diagnosis } from '../../api/schema';
import { Ago } from '../../parts/Ago';
import { Empty } from '../../parts/Empty';
import { Explain } from '../../parts/Explain';
import { useMay } from '../../session';
import { refresh } from '../connections/useEditor';
import { Path } from './Path';
import { stageLabels, stateLabels } from './stages';
import { VerdictView } from './VerdictView';

/** Examines a NetSuite connection: a picture of the path, the verdict, and the evidence. */
export function Examination({ connection }: { connection: Connection }) {
  const { name } = connection;
  const mayEdit = useMay('connections.edit');
  const queries = useQueryClient();
  const examine = useMutation({
    mutationFn: async () => (await api.POST('/api/v1/connections/{name}/doctor', { params: { path: { name } } })).data,
    onSettled: () => refresh(queries, name),
  });
  const button = (label: string) => (
    <Button leftSection={<IconStethoscope size={18} aria-hidden />} loading={examine.isPending} onClick={() => examine.mutate()}>
      {label}
    </Button>
  );
  if (connection.kind !== 'netsuite') return <Empty title="The doctor examines NetSuite connections">Test this one instead: the test says what it proved, or what is wrong.</Empty>;
  if (!mayEdit) return <Empty title="Your role may not examine connections">Ask somebody who may edit them.</Empty>;
  return (
    <Stack gap="lg">
      <Explain error={examine.error} />
      {!examine.data && !examine.isPending && (
        <Empty title={`What is wrong with ${name}?`} action={button('Examine')}>
          The doctor looks at the settings, asks the way to NetSuite, logs in, and tries what the flows need. It changes nothing in the account, and causes two refused logins at most: five lock a user.
        </Empty>
      )}
      {examine.isPending && (
        <Group gap="sm" role="status" mih={140}>
          <Loader size="sm" />
          <Text size="sm">Going the way to NetSuite. An account that is overloaded can take a minute to answer.</Text>
        </Group>
      )}
      <div aria-live="polite">{examine.data && !examine.isPending && <Outcome diagnosis={examine.data} type={connection.settings.type} />}</div>
      {examine.data && !examine.isPending && <div>{button('Examine again')}</div>}
    </Stack>
  );
}

function Outcome({ diagnosis, type }: { diagnosis: Diagnosis; type?: string }) {
  const stages = (diagnosis.path ?? []).filter((s) => s.findings?.length);
  return (
    <Stack gap="lg">
      <Path diagnosis={diagnosis} />
      <VerdictView verdict={diagnosis.verdict} connection={diagnosis.connection} type={type} />
      <section aria-label="Evidence">
        <Title order={2} size="h4" mb="xs">
          Evidence
        </Title>
        <Text size="sm" c="dimmed" mb="sm">
          Examined <Ago at={diagnosis.at} /> in {diagnosis.took_ms < 1000 ? `${diagnosis.took_ms} ms` : `${(diagnosis.took_ms / 1000).toFixed(1)} s`}. {diagnosis.failed_logins === 0 ? 'No login was refused.' : `${diagnosis.failed_logins} refused ${diagnosis.failed_logins === 1 ? 'login' : 'logins'}.`} Secrets are masked.
        </Text>
        <Accordion multiple variant="contained" defaultValue={stages.filter((s) => s.state === 'broken').map((s) => s.name)}>
          {stages.map((s) => (
            <Accordion.Item key={s.name} value={s.name}>
              <Accordion.Control>
                <Group gap="sm">
                  <Text size="sm" fw={600}>
                    {stageLabels[s.name] ?? s.name}
                  </Text>
                  <Text size="sm" c={s.state === 'broken' ? 'var(--status-bad)' : 'dimmed'}>
                    {stateLabels[s.state]}
                  </Text>
                </Group>
              </Accordion.Control>
              <Accordion.Panel>
                <Stack gap="xs">
                  {s.findings?.map((f, i) => (
                    <div key={`${i} ${f.asked}`}>
                      <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
                        {f.asked}
                      </Code>
                      <Text size="sm" mt={4} style={{ overflowWrap: 'anywhere' }}>
                        {f.answer}
                      </Text>
                    </div>
                  ))}
                </Stack>
              </Accordion.Panel>
            </Accordion.Item>
          ))}
        </Accordion>
      </section>
    </Stack>
  );
}
