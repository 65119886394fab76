import { ActionIcon, Anchor, Badge, Drawer, Group, Stack, Text, Title, Tooltip } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';

import { api } from '../../api/client';
import { indented, rawAt } from '../../api/rawJson';
import type { RecordError } from '../../api/schema';
import { Ago } from '../../parts/Ago';
import { Exchange } from '../../parts/Exchange';
import { Explain } from '../../parts/Explain';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { TextLink } from '../../parts/TextLink';
import { classLabel } from './classification';
import { useMakeTest } from './MakeTest';
import { RecordEditor } from './RecordEditor';
import { Similar } from './Similar';

interface Props {
  id: number;
  /** The rows that the pane goes through, where it stands among some. */
  rows?: RecordError[];
  onShow: (id: number) => void;
  onClose: () => void;
}

/** One record error with everything that is needed to understand and mend it. */
export function ErrorPane({ id, rows = [], onShow, onClose }: Props) {
  // The answer's text is kept: the record's numbers must not pass through floats.
  const found = useQuery({
    queryKey: ['get', '/api/v1/errors/{id}', id],
    queryFn: async () => {
      const raw = (await api.GET('/api/v1/errors/{id}', { params: { path: { id } }, parseAs: 'text' })).data ?? '';
      return { error: JSON.parse(raw) as RecordError, record: indented(rawAt(raw, ['record']) ?? '{}') };
    },
    refetchInterval: ({ state }) => (state.data?.error.state === 'retrying' ? 1_000 : false),
  });
  const at = rows.findIndex((e) => e.id === id);
  const to = (by: number) => {
    const next = at < 0 ? undefined : rows[at + by];
    return next && (() => onShow(next.id));
  };
  return (
    <Drawer.Root opened onClose={onClose} position="right" size="xl">
      <Drawer.Overlay />
      <Drawer.Content>
        <Drawer.Header>
          <Drawer.Title>
            <Title order={2} size="h4" component="span">{`Error ${id}`}</Title>
          </Drawer.Title>
          <Group gap={4} ml="auto" mr="xs">
            <Step label="Error before" icon={<IconChevronLeft size={18} aria-hidden />} onGo={to(-1)} />
            <Step label="Next error" icon={<IconChevronRight size={18} aria-hidden />} onGo={to(1)} />
          </Group>
          <Drawer.CloseButton aria-label="Close" ml={0} />
        </Drawer.Header>
        <Drawer.Body>
          {found.error ? <Explain error={found.error} title="The error cannot be shown" /> : !found.data ? <PageSkeleton /> : <Detail key={`${id} ${found.data.record}`} {...found.data} onClose={onClose} />}
        </Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}

function Step({ label, icon, onGo }: { label: string; icon: React.ReactNode; onGo?: () => void }) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" aria-label={label} disabled={!onGo} onClick={onGo}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}

const stateLabels: Record<string, string> = { open: 'Open', retrying: 'Being tried again', resolved: 'Resolved' };

function Detail({ error: e, record, onClose }: { error: RecordError; record: string; onClose: () => void }) {
  const test = useMakeTest(e);
  return (
    <Stack gap="lg">
      <Stack gap="xs">
        <Group gap="xs">
          <Badge>{stateLabels[e.state] ?? e.state}</Badge>
          <Badge>{classLabel(e.classification)}</Badge>
          {e.tags?.map((tag) => (
            <Badge key={tag} variant="outline" tt="none">
              {tag}
            </Badge>
          ))}
        </Group>
        <Text fw={550} style={{ overflowWrap: 'anywhere' }}>
          {e.message}
        </Text>
        {e.where && <Text size="sm">At {e.where}</Text>}
        {e.remedy && <Text size="sm">{e.remedy}</Text>}
        <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {[e.code, e.key, e.origin].filter(Boolean).join(' · ')} · <TextLink to={`/flows/${encodeURIComponent(e.flow)}`}>{e.flow}</TextLink>, step {e.step}, <TextLink to={`/runs/${e.run_id}`}>run {e.run_id}</TextLink>,{' '}
          <Ago at={e.created_at} />
          {e.retries > 0 && (
            <>
              , failed last <Ago at={e.failed_at} />
            </>
          )}
        </Text>
        {e.state === 'resolved' && (
          <Text size="sm" c="dimmed">
            Resolved by {e.resolved_by} <Ago at={e.resolved_at} />
            {e.reason && `: ${e.reason}`}
          </Text>
        )}
        {e.assignee && (
          <Text size="sm" c="dimmed">
            Assigned to {e.assignee}
          </Text>
        )}
        <Group gap="lg">
          {(e.trace || e.key) && (
            <Anchor component={Link} to={`/trace?key=${encodeURIComponent(e.trace || e.key)}`} size="sm" underline="always">
              All that happened to this record
            </Anchor>
          )}
          <Similar error={e} />
          {test.button}
        </Group>
        {test.problem}
      </Stack>
      <RecordEditor error={e} record={record} onClose={onClose} />
      {e.request && <Exchange title="Request, as sent" text={e.request} />}
      {e.response && <Exchange title="Answer" text={e.response} />}
    </Stack>
  );
}
