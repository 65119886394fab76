import { Card, Group } from '@mantine/core';
import { useMemo } from 'react';

import { CodeEditor } from '../../../code/CodeEditor';
import { positions } from '../../../flow/position';
import { Copy } from '../../../parts/Copy';
import { useEditor } from '../editor';
import type { FlowEditorState } from '../useFlowEditor';
import { flowCompletion } from './complete';
import { useCheck } from './useCheck';
import { useNames } from './useNames';

/** The flow as a file, edited as text: what is typed shows on the canvas and in the forms, and the other way. */
export function YAMLTab({ state, readOnly }: { state: FlowEditorState; readOnly: boolean }) {
  const { schema } = useEditor();
  const names = useNames();
  const complete = useMemo(() => flowCompletion(schema, names), [schema, names]);
  const checked = useCheck(state);
  const problems = useMemo(() => {
    if (state.broken) return [state.broken];
    const at = positions(state.text);
    return Object.entries(state.problems)
      .map(([path, message]) => ({ ...at(path), message: path ? `${path}: ${message}` : message }))
      .sort((a, b) => a.line - b.line);
  }, [state.broken, state.problems, state.text]);
  return (
    <Card padding="md">
      <Group justify="space-between" mb="sm" wrap="nowrap">
        <span className="quiet">The flow as a file. What is changed here changes the steps, and the other way. Ctrl+Space offers keys.</span>
        <Copy text={state.text} />
      </Group>
      <CodeEditor language="yaml" label="The flow as YAML" value={state.text} onChange={state.type} readOnly={readOnly} problems={problems} complete={complete} minLines={18} maxLines={28} />
      {problems.length === 0 && (
        <p className="quiet" role="status" style={{ margin: 'var(--mantine-spacing-xs) 0 0', minHeight: '1.5em' }}>
          {checked === state.text ? 'No problems' : ''}
        </p>
      )}
    </Card>
  );
}
