import { useParams } from 'react-router';

import { query, statusOf } from '../../api/client';
import type { Schema } from '../../flow/schema';
import { Explain } from '../../parts/Explain';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { NotFound } from '../Failed';
import { FlowEditor } from './FlowEditor';

/** A stored flow. */
export function FlowPage() {
  const { name = '' } = useParams();
  const flow = query.useQuery('get', '/api/v1/flows/{name}', { params: { path: { name } } }, { refetchOnWindowFocus: false });
  const schema = query.useQuery('get', '/api/v1/flow-schema', {}, { staleTime: Infinity });
  if (statusOf(flow.error) === 404) return <NotFound />;
  const error = flow.error ?? schema.error;
  if (error) return <Explain error={error} title="The flow cannot be shown" />;
  if (!flow.data || !schema.data) return <PageSkeleton />;
  return <FlowEditor key={name} schema={schema.data as Schema} revision={flow.data} />;
}
