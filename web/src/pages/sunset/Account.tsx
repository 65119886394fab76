import { Badge, Card, Group, Stack, Table, Text, Title } from '@mantine/core';
import { IconCalendarOff, IconCircleCheck } from '@tabler/icons-react';

import type { AccountEnds, ConnectionEnds, FlowEnds, PartEnds } from '../../api/schema';
import { TextLink } from '../../parts/TextLink';
import { Wide } from '../../parts/Wide';
import { Effects } from './Effects';
import classes from './sunset.module.css';

const environments: Record<string, string> = { production: 'Production', sandbox: 'Sandbox', 'release-preview': 'Release preview' };

/** A NetSuite account: what ends for its connections, and which flows stop for it. */
export function Account({ account: a, typeLabel }: { account: AccountEnds; typeLabel: (type: string) => string }) {
  const title = a.account || 'Account not known yet';
  return (
    <Card component="section" withBorder padding="lg" aria-label={title}>
      <Stack gap="md">
        <Group justify="space-between" gap="sm">
          <Group gap="sm">
            <Title order={2} size="h4">
              {title}
            </Title>
            {a.environment && <Badge>{environments[a.environment] ?? a.environment}</Badge>}
          </Group>
          <Verdict release={a.stops_with} flows={a.flows} />
        </Group>
        {a.note && (
          <Text size="sm" c="dimmed">
            {a.note}
          </Text>
        )}
        {a.connections.map((c) => (
          <Connection key={c.name} connection={c} type={typeLabel(c.type)} />
        ))}
        <Flows items={a.flows} />
      </Stack>
    </Card>
  );
}

function Verdict({ release, flows }: { release?: string; flows: FlowEnds[] }) {
  const stopping = flows.filter((f) => f.stops_with).length;
  if (!release)
    return (
      <Group gap={6} c="var(--status-good)" wrap="nowrap">
        <IconCircleCheck size={18} aria-hidden />
        <Text size="sm" fw={550}>
          {flows.length > 0 ? 'No flow is known to stop' : 'No flow uses it'}
        </Text>
      </Group>
    );
  return (
    <Group gap={6} c="var(--status-warn)" wrap="nowrap">
      <IconCalendarOff size={18} aria-hidden />
      <Text size="sm" fw={550}>
        {stopping === 1 ? '1 flow stops' : `${stopping} flows stop`}, the first with {release}
      </Text>
    </Group>
  );
}

function Connection({ connection: c, type }: { connection: ConnectionEnds; type: string }) {
  return (
    <div className={classes.connection}>
      <Group gap="xs" mb={c.effects.length > 0 ? 'xs' : 0}>
        <Text fw={600} size="sm">
          <TextLink to={`/connections/${encodeURIComponent(c.name)}`}>{c.name}</TextLink>
        </Text>
        <Text size="sm" c="dimmed">
          {type}
        </Text>
        {c.effects.length === 0 && (
          <Text size="sm" c="var(--status-good)">
            Nothing ends
          </Text>
        )}
      </Group>
      <Effects items={c.effects} connection={c.name} />
    </div>
  );
}

function Flows({ items }: { items: FlowEnds[] }) {
  if (items.length === 0) return null;
  return (
    <Wide label="Flows">
      <Table verticalSpacing="xs" aria-label="Flows" miw={520}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Flow</Table.Th>
            <Table.Th>Stops with</Table.Th>
            <Table.Th>What it uses here</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((f) => (
            <Table.Tr key={f.name} className={classes.flow}>
              <Table.Td>
                <TextLink to={`/flows/${encodeURIComponent(f.name)}`}>{f.name}</TextLink>
                {!f.enabled && (
                  <Text size="xs" c="dimmed">
                    Disabled
                  </Text>
                )}
              </Table.Td>
              <Table.Td>{f.stops_with ? `NetSuite ${f.stops_with}` : 'Nothing here stops it'}</Table.Td>
              <Table.Td>
                <Stack gap={4}>
                  {f.parts.map((p) => (
                    <Part key={p.path} part={p} />
                  ))}
                </Stack>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}

/** An export, lookup or import. What its login should become is said at the connection; what SOAP should become is said here. */
function Part({ part: p }: { part: PartEnds }) {
  const soap = p.effects.find((e) => e.code === 'soap');
  return (
    <div>
      <Text size="sm">
        {p.does[0]?.toUpperCase()}
        {p.does.slice(1)} by {p.api}{' '}
        <Text span size="xs" c="dimmed">
          {p.path}, {p.connection}
        </Text>
      </Text>
      {soap && <Text size="sm">Should become: {soap.become}</Text>}
    </div>
  );
}
