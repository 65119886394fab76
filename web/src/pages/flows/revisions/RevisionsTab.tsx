import { Button, Group, Text, UnstyledButton } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMemo, useState } from 'react';

import { query } from '../../../api/client';
import { useRefresh } from '../../../api/runs';
import type { FlowRevision, Revision } from '../../../api/schema';
import { Ago } from '../../../parts/Ago';
import { Explain } from '../../../parts/Explain';
import { PageSkeleton } from '../../../parts/PageSkeleton';
import { parts } from '../../../parts/paging';
import { type Column, DataTable } from '../../../parts/table/DataTable';
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
  const list = query.useInfiniteQuery('get', '/api/v1/flows/{name}/revisions', { params: { path: { name }, query: { limit: 200 } } }, parts);
  const columns = useMemo(() => columnsOf(revision.number, mayEdit ? setBack : undefined), [revision.number, mayEdit]);
  const revisions = useMemo(() => list.data?.pages.flatMap((p) => p.items), [list.data]);
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
  if (!revisions) return <PageSkeleton rows={3} />;
  return (
    <>
      <DataTable label="Revisions" columns={columns} rows={revisions} idOf={(r) => r.number} onOpen={(r) => setShown(r.number)} more={list} rowHeight={49} />
      {shown !== undefined && <RevisionPane name={name} number={shown} newest={revision} onClose={() => setShown(undefined)} onRevert={mayEdit ? () => setBack(shown) : undefined} />}
      {back !== undefined && (
        <Revert name={name} number={back} newest={revision} dirty={dirty} pending={revert.isPending} error={revert.error} onNo={() => setBack(undefined)} onYes={() => revert.mutate({ params: { path: { name, number: back } } })} />
      )}
    </>
  );
}

/** The columns of the table of revisions; with onRevert each but the newest has a way back. */
function columnsOf(newest: number, onRevert?: (number: number) => void): Column<Revision>[] {
  return [
    {
      key: 'number',
      title: 'Revision',
      cell: (r) => (
        <>
          <UnstyledButton className={classes.open} data-row-main aria-label={`Show revision ${r.number}`}>
            {r.number}
          </UnstyledButton>
          {r.number === newest && (
            <Text span size="sm" c="dimmed">
              , the newest
            </Text>
          )}
        </>
      ),
    },
    { key: 'stored', title: 'Stored', width: '22%', cell: (r) => <Ago at={r.created_at} size="sm" /> },
    { key: 'by', title: 'By', width: '26%', from: 'sm', cell: (r) => <span style={{ overflowWrap: 'anywhere' }}>{r.created_by}</span> },
    {
      key: 'lines',
      title: 'Lines',
      width: 100,
      cell: (r) => (
        <Group gap={8} wrap="nowrap">
          <Text span size="sm" c="var(--status-good)" aria-label={`${r.added} added`}>
            +{r.added}
          </Text>
          <Text span size="sm" c="var(--status-bad)" aria-label={`${r.removed} removed`}>
            −{r.removed}
          </Text>
        </Group>
      ),
    },
    {
      key: 'actions',
      title: <span className="sr-only">Actions</span>,
      width: 96,
      align: 'right',
      cell: (r) =>
        onRevert &&
        r.number !== newest && (
          <Button size="compact-sm" variant="default" onClick={() => onRevert(r.number)} aria-label={`Revert to revision ${r.number}`}>
            Revert
          </Button>
        ),
    },
  ];
}
