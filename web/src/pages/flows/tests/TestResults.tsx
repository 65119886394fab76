import { Badge, Card, Collapse, Group, List, Stack, Text, Title, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronRight, IconCircleCheck, IconCircleX } from '@tabler/icons-react';

import { sentence } from '../../../api/problems';
import type { TestOutcome } from '../../../api/schema';
import { Difference } from '../../../parts/Difference';
import { PageSkeleton } from '../../../parts/PageSkeleton';
import classes from './tests.module.css';
import type { Tests } from './useTests';

/** What came of each case, and for those that failed what was expected and what came. */
export function TestResults({ run, stale }: { run: Tests['run']; stale: boolean }) {
  return (
    <div aria-live="polite" aria-busy={run.isPending}>
      {run.isPending ? <PageSkeleton rows={2} /> : run.data && <Results data={run.data} stale={stale} />}
    </div>
  );
}

function Results({ data, stale }: { data: NonNullable<Tests['run']['data']>; stale: boolean }) {
  if (data.problems.length > 0) {
    return (
      <Card padding="md" component="section" aria-labelledby="tests-wrong">
        <Title order={2} size="h4" id="tests-wrong" mb="xs">
          The tests cannot be run
        </Title>
        <List size="sm">
          {data.problems.map((p) => (
            <List.Item key={`${p.path} ${p.message}`}>
              {p.line ? `Line ${p.line}: ` : ''}
              {sentence(p)}
            </List.Item>
          ))}
        </List>
      </Card>
    );
  }
  const all = data.passed + data.failed;
  return (
    <Card padding="md" component="section" aria-labelledby="tests-results">
      <Group justify="space-between" gap="sm" mb="sm">
        <Title order={2} size="h4" id="tests-results">
          {data.failed === 0 ? (all === 1 ? 'The case is as expected' : `All ${all} cases are as expected`) : `${data.failed} of ${all} ${all === 1 ? 'case' : 'cases'} failed`}
        </Title>
        <Text size="sm" c="dimmed">
          {stale ? 'The texts have changed since.' : `${data.ms} ms, nothing left the server`}
        </Text>
      </Group>
      <Stack gap={0} component="ul" className={classes.list}>
        {data.outcomes.map((o) => (
          <Outcome key={`${o.line} ${o.case}`} outcome={o} />
        ))}
      </Stack>
    </Card>
  );
}

function Outcome({ outcome: o }: { outcome: TestOutcome }) {
  const [open, { toggle }] = useDisclosure(!o.passed);
  const head = (
    <Group gap="sm" wrap="nowrap">
      {o.passed ? <IconCircleCheck size={20} aria-hidden className={classes.good} /> : <IconCircleX size={20} aria-hidden className={classes.bad} />}
      <span className={classes.name}>{o.case}</span>
      <Badge className={o.passed ? classes.good : classes.bad}>{o.passed ? 'Passed' : 'Failed'}</Badge>
      <Text size="sm" c="dimmed" className={classes.line}>
        line {o.line}
      </Text>
      {!o.passed && (open ? <IconChevronDown size={16} aria-hidden /> : <IconChevronRight size={16} aria-hidden />)}
    </Group>
  );
  if (o.passed) return <li className={classes.case}>{head}</li>;
  return (
    <li className={classes.case}>
      <UnstyledButton onClick={toggle} aria-expanded={open} w="100%">
        {head}
      </UnstyledButton>
      <Collapse expanded={open}>
        <div className={classes.found}>
          <List size="sm" mb="sm">
            {o.differences.map((d, n) => (
              <List.Item key={n}>
                <code>{d.path.replace(/^cases\[\d+\]\.expect\.?/, '') || 'expect'}</code>, line {d.line}: {d.message}
              </List.Item>
            ))}
          </List>
          {o.expected !== undefined && <Difference title="Expected (−), and what came (+)" before={o.expected} after={o.got ?? ''} />}
        </div>
      </Collapse>
    </li>
  );
}
