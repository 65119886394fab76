import { Button, Card, Group, Table, Text, UnstyledButton } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';

import { query } from '../../../api/client';
import { useRefresh } from '../../../api/runs';
import type { FlowRevision, Revision } from '../../../api/schema';
import { Ago } from '../../../parts/Ago';
import { Explain } from '../../../parts/Explain';
import { MoreButton } from '../../../parts/MoreButton';
import { PageSkeleton } from '../../../parts/PageSkeleton';
import { parts } from '../../../parts/paging';
import { Wide } from '../../../parts/Wide';
import { useMay } from '../../../session';
import { Revert } from './Revert';
import { RevisionPane } from './RevisionPane';
import classes from './revisions.module.css';

interface Props {
  /** The newest revision. */
  revision: FlowRevision;
  /** What is on the page is not stored. */
  dirty: boolean;
  onReverted: (revision: FlowRevision) => void;
}

/** All that the flow was: who changed how much and when, each change, and the way back. */
export function RevisionsTab({ revision, dirty, onReverted }: Props) {
  const { name } = revision.flow;
  const mayEdit = useMay('flows.edit');
  const refresh = useRefresh();
  const [shown, setShown] = useState<number>();
  const [back, setBack] = useState<number>();
  const list = query.useInfiniteQuery('get', '/api/v1/flows/{name}/revisions', { params: { path: { name }, query: { limit: 50 } } }, parts);
  const revert = query.useMutation('post', '/api/v1/flows/{name}/revisions/{number}/revert', {
    onSuccess: (now) => {
      setBack(undefined);
      setShown(undefined);
      onReverted(now);
      refresh('/api/v1/flows', '/api/v1/integrations', '/api/v1/connections');
      notifications.show({ message: `Revision ${now.number} is stored` });
    },
  });
  if (list.error) return <Explain error={list.error} title="The revisions cannot be shown" />;
  if (!list.data) return <PageSkeleton rows={3} />;
  const revisions = list.data.pages.flatMap((p) => p.items);
  return (
    <>
      <Card padding={0}>
        <Wide label="Revisions">
          <Table verticalSpacing="sm" aria-label="Revisions" miw={540}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Revision</Table.Th>
                <Table.Th>Stored</Table.Th>
                <Table.Th>By</Table.Th>
                <Table.Th>Lines</Table.Th>
                <Table.Th w={110}>
                  <span className="sr-only">Actions</span>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {revisions.map((r) => (
                <Row key={r.number} revision={r} newest={r.number === revision.number} onShow={() => setShown(r.number)} onRevert={mayEdit ? () => setBack(r.number) : undefined} />
              ))}
            </Table.Tbody>
          </Table>
        </Wide>
      </Card>
      <MoreButton list={list} />
      {shown !== undefined && <RevisionPane name={name} number={shown} newest={revision} onClose={() => setShown(undefined)} onRevert={mayEdit ? () => setBack(shown) : undefined} />}
      {back !== undefined && (
        <Revert name={name} number={back} newest={revision} dirty={dirty} pending={revert.isPending} error={revert.error} onNo={() => setBack(undefined)} onYes={() => revert.mutate({ params: { path: { name, number: back } } })} />
      )}
    </>
  );
}

function Row({ revision: r, newest, onShow, onRevert }: { revision: Revision; newest: boolean; onShow: () => void; onRevert?: () => void }) {
  return (
    <Table.Tr>
      <Table.Td>
        <UnstyledButton className={classes.open} onClick={onShow} aria-label={`Show revision ${r.number}`}>
          {r.number}
        </UnstyledButton>
        {newest && (
          <Text span size="sm" c="dimmed">
            , the newest
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Ago at={r.created_at} size="sm" />
      </Table.Td>
      <Table.Td>{r.created_by}</Table.Td>
      <Table.Td>
        <Group gap={8} wrap="nowrap">
          <Text span size="sm" c="var(--status-good)" aria-label={`${r.added} added`}>
            +{r.added}
          </Text>
          <Text span size="sm" c="var(--status-bad)" aria-label={`${r.removed} removed`}>
            −{r.removed}
          </Text>
        </Group>
      </Table.Td>
      <Table.Td ta="right">
        {onRevert && !newest && (
          <Button size="compact-sm" variant="default" onClick={onRevert} aria-label={`Revert to revision ${r.number}`}>
            Revert
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
