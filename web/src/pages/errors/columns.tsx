import type { RecordError } from '../../api/schema';
import { Ago } from '../../parts/Ago';
import type { Column } from '../../parts/table/DataTable';
import { classLabel } from './classification';
import classes from './errors.module.css';

/** What people call the record of an error. */
export function recordOf(e: RecordError): string {
  return e.key || `Record ${e.seq}`;
}

/** What people and rules have said of an error, besides its tags. */
function marks(e: RecordError): string {
  return [classLabel(e.classification), e.assignee && `assigned to ${e.assignee}`, e.retries > 0 && `tried again ${e.retries === 1 ? 'once' : `${e.retries} times`}`].filter(Boolean).join(', ');
}

/** The columns of the table of errors; a row's name opens it. */
export const columns: Column<RecordError>[] = [
  {
    key: 'record',
    title: 'Record',
    width: 'var(--record-column)',
    cell: (e) => (
      <>
        <button type="button" className={classes.open} data-row-main aria-label={`Error ${e.id}: ${e.key || e.origin || 'record'}`}>
          {recordOf(e)}
        </button>
        {e.origin && (
          <div className={classes.small} title={e.origin}>
            {e.origin}
          </div>
        )}
      </>
    ),
  },
  {
    key: 'message',
    title: 'What happened',
    cell: (e) => (
      <>
        <div className={classes.message}>{e.message}</div>
        <div className={classes.marks}>
          <span>{marks(e)}</span>
          {e.tags?.map((tag) => (
            <span key={tag} className={classes.tag}>
              {tag}
            </span>
          ))}
        </div>
      </>
    ),
  },
  {
    key: 'flow',
    title: 'Flow and step',
    width: 170,
    from: 'md',
    cell: (e) => (
      <>
        <div className={classes.line} title={e.flow}>
          {e.flow}
        </div>
        <div className={classes.small} title={e.step}>
          {e.step}
        </div>
      </>
    ),
  },
  { key: 'when', title: 'When', width: 124, from: 'sm', cell: (e) => <Ago at={e.failed_at ?? e.created_at} /> },
];
