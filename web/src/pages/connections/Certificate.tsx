import { Alert, Button, Code, Group, NumberInput, Select, Stack, Stepper, Table, Text, TextInput, Title, VisuallyHidden } from '@mantine/core';
import { IconCheck, IconDownload, IconX } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { api, query } from '../../api/client';
import type { Comparison, Connection, PreparedCertificate, Trial } from '../../api/schema';
import { Copy } from '../../parts/Copy';
import { download } from '../../parts/download';
import { exactText } from '../../parts/Ago';
import { Explain } from '../../parts/Explain';
import { Wide } from '../../parts/Wide';
import { GuideStep } from '../guide/GuideStep';
import { useProgress } from '../guide/progress';
import { refresh } from './useEditor';

/** Moves a connection to OAuth 2.0, or rotates its certificate: make, upload, try, switch. */
export function Certificate({ connection }: { connection: Connection }) {
  const rotating = connection.settings.type === 'oauth2-m2m';
  const [step, setStep] = useState(0);
  const [prepared, setPrepared] = useState<PreparedCertificate>();
  const [trial, setTrial] = useState<Trial>();
  return (
    <Stack maw={900}>
      <div>
        <Title order={2} size="h4">
          {rotating ? 'Rotate the certificate' : 'Move to OAuth 2.0'}
        </Title>
        <Text size="sm" c="dimmed">
          {rotating
            ? 'A new key and certificate take the place of the present ones. Flows go on meanwhile.'
            : 'No token is stored then: the key stays here, and NetSuite knows its certificate. The new login is tried beside the present one, which stays one click back. Flows go on meanwhile.'}
        </Text>
      </div>
      <Stepper active={step} onStepClick={(to) => to < step && setStep(to)} size="sm" orientation="vertical" allowNextStepsSelect={false}>
        <Stepper.Step label="Make key and certificate" description="On this server; the key never leaves it">
          <Prepare
            connection={connection.name}
            onDone={(made) => {
              setPrepared(made);
              setTrial(undefined);
              setStep(1);
            }}
          />
        </Stepper.Step>
        <Stepper.Step label="Upload the certificate to NetSuite" description="Its ID comes back">
          {prepared && <Upload connection={connection.name} prepared={prepared} onNext={() => setStep(2)} />}
        </Stepper.Step>
        <Stepper.Step label="Try it beside the present login" description="Role, user and row counts are compared">
          <Try
            connection={connection}
            trial={trial}
            onTried={setTrial}
            onNext={() => setStep(3)}
          />
        </Stepper.Step>
        <Stepper.Step label={rotating ? 'Use the new certificate' : 'Switch'} description="Flows that run pass over between two requests">
          <Switch connection={connection.name} onBack={() => setStep(2)} onDone={() => setStep(4)} />
        </Stepper.Step>
        <Stepper.Completed>
          <Alert mt="md" variant="outline" color="green" title={`${connection.name} logs in with OAuth 2.0`} styles={{ title: { color: 'var(--status-good)' } }}>
            <Text size="sm">The login before is kept under Previous, on the tab Settings, until you drop it. Sluice warns 60 days before the certificate ends.</Text>
          </Alert>
        </Stepper.Completed>
      </Stepper>
    </Stack>
  );
}

const algorithms = [
  { value: 'ec-p256', label: 'EC P-256 (recommended)' },
  { value: 'rsa-3072', label: 'RSA 3072' },
  { value: 'rsa-4096', label: 'RSA 4096' },
] as const;

function Prepare({ connection, onDone }: { connection: string; onDone: (prepared: PreparedCertificate) => void }) {
  const [algorithm, setAlgorithm] = useState<(typeof algorithms)[number]['value']>('ec-p256');
  const [days, setDays] = useState<string | number>(730);
  const prepare = useMutation({
    mutationFn: async () => (await api.POST('/api/v1/connections/{name}/oauth2/prepare', { params: { path: { name: connection } }, body: { algorithm, days: Number(days) || 0 } })).data,
    onSuccess: (made) => made && onDone(made),
  });
  return (
    <Stack py="sm">
      <Explain error={prepare.error} />
      <Group align="flex-start">
        <Select label="Algorithm" data={algorithms} w={250} value={algorithm} onChange={(v) => v && setAlgorithm(v as typeof algorithm)} allowDeselect={false} />
        <NumberInput label="Holds for (days)" description="NetSuite takes two years at most" inputWrapperOrder={['label', 'input', 'description', 'error']} value={days} onChange={setDays} min={1} max={730} allowDecimal={false} />
      </Group>
      <div>
        <Button loading={prepare.isPending} onClick={() => prepare.mutate()}>
          Make key and certificate
        </Button>
      </div>
    </Stack>
  );
}

function Upload({ connection, prepared, onNext }: { connection: string; prepared: PreparedCertificate; onNext: () => void }) {
  const { done, tick } = useProgress(connection, 'oauth2-m2m');
  return (
    <Stack py="sm">
      <Text size="sm">
        The certificate holds until {exactText(prepared.ends_at)}. Fingerprint <Code style={{ overflowWrap: 'anywhere' }}>{prepared.fingerprint}</Code>
      </Text>
      <Group gap="xs">
        <Button variant="default" size="xs" leftSection={<IconDownload size={16} aria-hidden />} onClick={() => download(`sluice-${connection}.crt`, prepared.certificate, 'application/x-pem-file')}>
          Download certificate
        </Button>
        <Copy text={prepared.certificate} label="Copy certificate" />
      </Group>
      <ol style={{ listStyle: 'none', margin: 0, padding: 0 }}>
        <GuideStep step={prepared.upload} done={done.has(prepared.upload.id)} open active={false} onTick={(on) => tick(prepared.upload.id, on)} onToggle={() => undefined} />
      </ol>
      <div>
        <Button onClick={onNext}>It is uploaded</Button>
      </div>
    </Stack>
  );
}

function Try({ connection, trial, onTried, onNext }: { connection: Connection; trial?: Trial; onTried: (trial: Trial) => void; onNext: () => void }) {
  const [certificate, setCertificate] = useState('');
  const [iclient, setIClient] = useState<string | null>(connection.settings.iclient ?? null);
  const [client, setClient] = useState('');
  const keys = query.useQuery('get', '/api/v1/consumer-keys');
  const attempt = useMutation({
    mutationFn: async () => {
      const body = { certificate_id: certificate.trim(), ...(client && { client_id: client }), ...(iclient && { iclient }) };
      return (await api.POST('/api/v1/connections/{name}/oauth2/trial', { params: { path: { name: connection.name } }, body })).data;
    },
    onSuccess: (done) => done && onTried(done),
    gcTime: 0,
  });
  return (
    <Stack py="sm">
      <Text size="sm">NetSuite shows the certificate ID in the list of OAuth 2.0 Client Credentials (M2M) Setup.</Text>
      <Group align="flex-start">
        <TextInput label="Certificate ID" withAsterisk value={certificate} onChange={(e) => setCertificate(e.currentTarget.value)} autoComplete="off" spellCheck={false} miw={260} />
        <Select label="iClient" placeholder="None" data={(keys.data?.items ?? []).map((k) => k.name)} value={iclient} onChange={setIClient} clearable />
        {!iclient && <TextInput label="Client ID" description="Empty: the present consumer key" inputWrapperOrder={['label', 'input', 'description', 'error']} value={client} onChange={(e) => setClient(e.currentTarget.value)} autoComplete="off" spellCheck={false} />}
      </Group>
      <Group>
        <Button variant={trial?.ok ? 'default' : 'filled'} disabled={!certificate.trim()} loading={attempt.isPending} onClick={() => attempt.mutate()}>
          {trial ? 'Try again' : 'Try it'}
        </Button>
        {trial?.ok && <Button onClick={onNext}>Go on</Button>}
      </Group>
      <div aria-live="polite">
        <Explain error={attempt.error} />
        {trial && (
          <Stack gap="sm">
            <Alert variant="outline" color={trial.ok ? 'green' : 'red'} title={trial.message} styles={{ title: { color: trial.ok ? 'var(--status-good)' : 'var(--status-bad)' } }}>
              {!trial.new.ok && <Text size="sm">{trial.new.error?.message}. {trial.new.error?.remedy}</Text>}
            </Alert>
            {trial.rows.length > 0 && <Compared rows={trial.rows} />}
          </Stack>
        )}
      </div>
    </Stack>
  );
}

function Compared({ rows }: { rows: Comparison[] }) {
  return (
    <Wide label="Both logins compared">
      <Table miw={480} aria-label="Both logins compared">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Asked for</Table.Th>
            <Table.Th>Present login</Table.Th>
            <Table.Th>OAuth 2.0</Table.Th>
            <Table.Th>Same</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((r) => (
            <Table.Tr key={r.name}>
              <Table.Th scope="row" fw={500}>
                {r.name}
              </Table.Th>
              <Table.Td>{r.token}</Table.Td>
              <Table.Td>{r.oauth2}</Table.Td>
              <Table.Td>
                {!r.known ? (
                  '–'
                ) : r.same ? (
                  <>
                    <IconCheck size={18} aria-hidden color="var(--status-good)" />
                    <VisuallyHidden>yes</VisuallyHidden>
                  </>
                ) : (
                  <>
                    <IconX size={18} aria-hidden color="var(--status-bad)" />
                    <VisuallyHidden>no</VisuallyHidden>
                  </>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}

function Switch({ connection, onBack, onDone }: { connection: string; onBack: () => void; onDone: () => void }) {
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: async () => (await api.POST('/api/v1/connections/{name}/oauth2/switch', { params: { path: { name: connection } } })).data,
    onSuccess: async () => {
      onDone();
      await refresh(queries, connection);
    },
  });
  return (
    <Stack py="sm">
      <Explain error={change.error} />
      <Text size="sm">Both logins answered alike. The present one is kept and comes back with one click.</Text>
      <Group>
        <Button variant="default" onClick={onBack}>
          Back
        </Button>
        <Button loading={change.isPending} onClick={() => change.mutate()}>
          Switch to OAuth 2.0
        </Button>
      </Group>
    </Stack>
  );
}
