import type { Path } from '../../../flow/document';
import type { Schema } from '../../../flow/schema';
import { SchemaFields } from '../SchemaFields';
import { ImportFields } from './ImportFields';
import { QueryFields } from './QueryFields';
import { RecordsFields } from './RecordsFields';
import { SavedSearchFields } from './SavedSearchFields';
import { TableFields } from './TableFields';

interface Props {
  way: string;
  connection: string | undefined;
  operation: unknown;
  path: Path;
  schema: Schema;
  value: Record<string, unknown> | undefined;
}

/** The fields of a way to read or write: those that something is known about as fits them, the others as the server describes them. */
export function WayFields({ way, operation, ...of }: Props) {
  const has = (key: string) => of.schema.properties?.[key] !== undefined;
  if ((way === 'suiteql' || way === 'sql') && has('query')) return <QueryFields way={way} {...of} />;
  if (way === 'sql' && has('table')) return <TableFields {...of} />;
  if (way === 'records' && has('type')) return <RecordsFields {...of} />;
  if (way === 'saved_search' && has('id')) return <SavedSearchFields {...of} />;
  if (way === 'netsuite' && has('record')) return <ImportFields operation={operation} {...of} />;
  return <SchemaFields schema={of.schema} path={of.path} value={of.value} show={['external_id', 'key', 'columns']} />;
}
