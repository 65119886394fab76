import type { Draft, Path } from '../../flow/document';
import { schemaAt } from '../../flow/schema';
import { wayOf } from '../../flow/ways';
import { useEditor } from './editor';
import { Endpoint } from './Endpoint';
import { HookAddress } from './HookAddress';

/** Where records come from, to enter. */
export function ExportForm({ path, value }: { path: Path; value: Draft['export'] }) {
  const { flow, schema } = useEditor();
  const part = schemaAt(schema, 'export');
  const way = wayOf(value, part);
  if (!part) return null;
  return (
    <Endpoint path={path} schema={part} value={value as Record<string, unknown> | undefined} question="What to export" show={path[0] === 'exports' ? ['name', 'key'] : ['key']}>
      {way === 'webhook' && <HookAddress flow={flow.name} />}
    </Endpoint>
  );
}
