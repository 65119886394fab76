import { Checkbox, Modal, MultiSelect, NumberInput, PasswordInput, SegmentedControl, Select, Stack, TagsInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';

import { query } from '../../api/client';
import { problemsAt } from '../../api/problems';
import { useRefresh } from '../../api/runs';
import type { Channel } from '../../api/schema';
import { Explain } from '../../parts/Explain';
import { FormButtons } from '../../parts/FormButtons';

const quiets = [
  { value: '15m', label: '15 minutes' },
  { value: '1h', label: '1 hour' },
  { value: '4h', label: '4 hours' },
  { value: '24h', label: '1 day' },
];

const digests = [
  { value: '', label: 'At once' },
  { value: '1h', label: 'Together, once an hour' },
  { value: '24h', label: 'Together, once a day' },
];

const withOwn = (list: { value: string; label: string }[], own: string) => (list.some((d) => d.value === own) ? list : [...list, { value: own, label: own }]);

/** What a form begins with: a channel as it is, or a new webhook. */
function valuesOf(c?: Channel) {
  return {
    name: c?.name ?? '',
    kind: c?.kind ?? 'webhook',
    url: c?.url ?? '',
    host: c?.host ?? '',
    port: c?.port ?? 587,
    tls: c?.tls ?? 'starttls',
    user: c?.user ?? '',
    from: c?.from ?? '',
    to: c?.to ?? [],
    secret: '',
    events: c?.events ?? [],
    integrations: c?.integrations ?? [],
    quiet: c?.quiet || '1h',
    digest: c?.digest ?? '',
    disabled: c?.disabled ?? false,
  };
}

type Values = ReturnType<typeof valuesOf>;

/** The channel that the values make; what is the other kind's is left out. */
function channelOf(v: Values): Channel {
  const common = { name: v.name, secret: v.secret || undefined, events: v.events, integrations: v.integrations, quiet: v.quiet, digest: v.digest || undefined, disabled: v.disabled || undefined };
  if (v.kind === 'webhook') return { ...common, kind: 'webhook', url: v.url };
  return { ...common, kind: 'email', host: v.host, port: v.port, tls: v.tls, user: v.user || undefined, from: v.from, to: v.to };
}

/** Makes a channel, or changes one. */
export function ChannelForm({ channel, onClose }: { channel?: Channel; onClose: () => void }) {
  const refresh = useRefresh();
  const form = useForm<Values>({ initialValues: valuesOf(channel) });
  const events = query.useQuery('get', '/api/v1/events');
  const integrations = query.useQuery('get', '/api/v1/integrations');
  const answers = {
    gcTime: 0,
    onSuccess: () => {
      refresh('/api/v1/channels');
      onClose();
    },
    onError: (e: unknown) => form.setErrors(problemsAt(e)),
  };
  const create = query.useMutation('post', '/api/v1/channels', answers);
  const update = query.useMutation('put', '/api/v1/channels/{name}', answers);
  const send = (v: Values) => (channel ? update.mutate({ params: { path: { name: channel.id ?? channel.name } }, body: channelOf(v) }) : create.mutate({ body: channelOf(v) }));
  const v = form.values;
  return (
    <Modal opened onClose={onClose} title={channel ? `Change ${channel.name}` : 'Create channel'} size="lg" closeOnClickOutside={false} closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={form.onSubmit(send)}>
        <Stack>
          <TextInput label="Name" required data-autofocus autoComplete="off" placeholder="operations" {...form.getInputProps('name')} />
          <SegmentedControl aria-label="Kind" data={[{ value: 'webhook', label: 'Webhook' }, { value: 'email', label: 'E-mail' }]} {...form.getInputProps('kind')} />
          {v.kind === 'webhook' ? (
            <>
              <TextInput label="URL" description="Gets a signed POST with JSON." required type="url" placeholder="https://example.com/hooks/sluice" {...form.getInputProps('url')} />
              <PasswordInput label="Secret" description={channel ? 'Leave it empty to keep the one that is stored.' : 'At least 16 characters. The receiver checks the signature with it.'} required={!channel} autoComplete="new-password" {...form.getInputProps('secret')} />
            </>
          ) : (
            <>
              <TextInput label="Server" required placeholder="smtp.example.com" {...form.getInputProps('host')} />
              <NumberInput label="Port" required min={1} max={65535} {...form.getInputProps('port')} />
              <Select label="TLS" data={[{ value: 'starttls', label: 'STARTTLS (587)' }, { value: 'tls', label: 'TLS from the start (465)' }, { value: 'none', label: 'None, without login' }]} allowDeselect={false} {...form.getInputProps('tls')} />
              <TextInput label="User" autoComplete="off" {...form.getInputProps('user')} />
              <PasswordInput label="Password" description={channel ? 'Leave it empty to keep the one that is stored.' : undefined} autoComplete="new-password" {...form.getInputProps('secret')} />
              <TextInput label="From" required type="email" {...form.getInputProps('from')} />
              <TagsInput label="To" description="E-mail addresses, each with Enter." {...form.getInputProps('to')} />
            </>
          )}
          <MultiSelect label="Tell of" placeholder={v.events.length === 0 ? 'Everything' : undefined} data={events.data?.items.map((e) => ({ value: e.code, label: e.help })) ?? []} {...form.getInputProps('events')} />
          <MultiSelect label="Of these integrations" placeholder={v.integrations.length === 0 ? 'All' : undefined} data={integrations.data?.items.map((i) => i.name) ?? []} {...form.getInputProps('integrations')} />
          <Select label="The same event again is told after" description="Meanwhile it is counted." data={withOwn(quiets, v.quiet)} allowDeselect={false} {...form.getInputProps('quiet')} />
          <Select label="Messages leave" data={withOwn(digests, v.digest)} allowDeselect={false} {...form.getInputProps('digest')} />
          <Checkbox label="Switched off" {...form.getInputProps('disabled', { type: 'checkbox' })} />
          <Explain error={create.error ?? update.error} />
          <FormButtons yes={channel ? 'Save' : 'Create'} pending={create.isPending || update.isPending} onCancel={onClose} />
        </Stack>
      </form>
    </Modal>
  );
}
