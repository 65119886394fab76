import { Badge, Button, Card, Group, Table, Text } from '@mantine/core';
import { useState } from 'react';

import { indented, rawAt } from '../../../api/rawJson';
import type { DryRequest, FieldChange, RecordChange } from '../../../api/schema';
import classes from './dry.module.css';
import { readable } from './readable';

/** A request that a run would send: what it would change, and its exact text. */
export function PlannedRequest({ request: q, raw, at }: { request: DryRequest; raw: string; at: number }) {
  return (
    <Card padding="md" component="article" aria-label={`${q.operation} of ${q.key || `record ${q.seq}`} by ${q.step}`}>
      <Group gap="xs" mb={6}>
        <Badge>{q.operation}</Badge>
        <Text size="sm" fw={600}>
          {q.key || `Record ${q.seq}`}
        </Text>
        <Text size="sm" c="dimmed">
          step {q.step}
          {q.change && `, ${meaning(q.change)}`}
        </Text>
      </Group>
      {q.change?.problem && (
        <Text size="sm" c="var(--status-warn)" mb={6}>
          The record as it is could not be read: {q.change.problem}
        </Text>
      )}
      {(q.change?.fields ?? []).length > 0 && <Fields items={q.change?.fields ?? []} value={(n, side) => rawAt(raw, ['requests', at, 'change', 'fields', n, side])} />}
      <Text size="sm" mt="sm" className={classes.address}>
        {q.method} {q.url}
      </Text>
      <Exact request={q} />
    </Card>
  );
}

/** What is known of the record that a request is about. */
function meaning(change: RecordChange): string {
  if (change.problem) return '';
  if (!change.found) return 'the record is not there yet';
  return change.id ? `of the record ${change.id}` : 'of a record that is there';
}

const signs: Record<FieldChange['state'], [string, string]> = {
  added: ['+', 'added'],
  changed: ['~', 'changed'],
  cleared: ['−', 'cleared'],
  removed: ['−', 'removed'],
  unchanged: ['=', 'unchanged'],
};

/** Field by field, before and after; what stays is shown when asked for. */
function Fields({ items, value }: { items: FieldChange[]; value: (n: number, side: 'before' | 'after') => string | undefined }) {
  const [all, setAll] = useState(false);
  const same = items.filter((f) => f.state === 'unchanged').length;
  const shown = items.map((field, n) => ({ field, n })).filter(({ field }) => all || field.state !== 'unchanged');
  return (
    <>
      {shown.length > 0 ? (
        <Table verticalSpacing={4} layout="fixed" aria-label="Fields before and after">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w="34%">Field</Table.Th>
              <Table.Th>Before</Table.Th>
              <Table.Th>After</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map(({ field, n }) => (
              <Table.Tr key={field.field} className={classes[field.state]}>
                <Table.Td>
                  <span aria-hidden className={classes.sign}>
                    {signs[field.state][0]}
                  </span>
                  {field.field}
                  <span className="sr-only">, {signs[field.state][1]}</span>
                </Table.Td>
                <Table.Td>{readable(value(n, 'before'))}</Table.Td>
                <Table.Td>{readable(value(n, 'after'))}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      ) : (
        <Text size="sm">It changes no field.</Text>
      )}
      {same > 0 && (
        <Button size="compact-xs" variant="subtle" mt={4} onClick={() => setAll(!all)}>
          {all ? 'Hide what stays' : same === 1 ? 'Show the field that stays' : `Show the ${same} fields that stay`}
        </Button>
      )}
    </>
  );
}

function Exact({ request: q }: { request: DryRequest }) {
  const headers = Object.entries(q.header ?? {});
  if (headers.length === 0 && !q.body) return null;
  return (
    <details>
      <Text component="summary" size="sm" mt={6} style={{ cursor: 'pointer' }}>
        The request, exactly
      </Text>
      <pre className="json" style={{ maxHeight: 'none' }}>
        {headers.map(([k, v]) => `${k}: ${v}\n`).join('')}
        {headers.length > 0 && q.body ? '\n' : ''}
        {pretty(q.body ?? '')}
      </pre>
    </details>
  );
}

/** A JSON body with its lines apart; any other as it is. */
function pretty(body: string): string {
  return /^\s*[[{]/.test(body) ? indented(body) : body;
}
