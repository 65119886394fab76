import { useSearchParams } from 'react-router';

import { query } from '../../api/client';
import { defaultIntegration } from '../../api/integrations';
import type { Schema } from '../../flow/schema';
import { Explain } from '../../parts/Explain';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { FlowEditor } from './FlowEditor';

/** A flow that is not stored yet. */
export function NewFlow() {
  const [search] = useSearchParams();
  const integration = search.get('integration');
  const schema = query.useQuery('get', '/api/v1/flow-schema', {}, { staleTime: Infinity });
  if (schema.error) return <Explain error={schema.error} title="The flow cannot be shown" />;
  if (!schema.data) return <PageSkeleton />;
  return <FlowEditor schema={schema.data as Schema} start={emptyFlow(integration)} />;
}

/** The text that a new flow starts from: its keys in the order in which files have them. */
function emptyFlow(integration: string | null): string {
  const of = integration && integration !== defaultIntegration ? `integration: ${integration}\n` : '';
  return `name: ""\n${of}export:\n  connection: ""\nsteps: []\n`;
}
