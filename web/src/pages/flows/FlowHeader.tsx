import { Button, Group, TextInput } from '@mantine/core';
import { IconEye, IconPlayerPlay } from '@tabler/icons-react';
import { useState } from 'react';
import { useNavigate } from 'react-router';

import type { FlowRevision } from '../../api/schema';
import { Ask } from '../../parts/Ask';
import { PageHeader } from '../../parts/PageHeader';
import { useMay } from '../../session';
import { FlowMenu } from './FlowMenu';
import { FlowSwitch } from './FlowSwitch';
import type { FlowActions } from './useFlowActions';
import type { FlowEditorState } from './useFlowEditor';

interface Props {
  state: FlowEditorState;
  actions: FlowActions;
  revision?: FlowRevision;
}

const rule = 'Lower-case letters, digits, dots, dashes and underscores.';

/** The flow's name, and what can be done with it. */
export function FlowHeader({ state, actions, revision }: Props) {
  const navigate = useNavigate();
  const readOnly = !useMay('flows.edit');
  const mayRun = useMay('runs.control');
  const saving = state.save.isPending;
  return (
    <>
      <PageHeader title={revision?.flow.name ?? 'New flow'} about={revision ? state.flow.description : <NameField state={state} />}>
        {revision && <FlowSwitch revision={revision} label="Enabled" />}
        <Button variant="default" leftSection={<IconEye size={16} aria-hidden />} loading={state.show.isPending} disabled={!!state.broken} onClick={actions.preview}>
          Preview
        </Button>
        {!readOnly && (
          <Button variant={state.dirty || !revision ? 'filled' : 'default'} loading={saving} disabled={!state.dirty && !!revision} onClick={actions.save}>
            Save
          </Button>
        )}
        {mayRun && (revision || !readOnly) && (
          <Button variant={state.dirty || !revision ? 'default' : 'filled'} leftSection={<IconPlayerPlay size={16} aria-hidden />} loading={actions.run.isPending} disabled={revision?.enabled === false} onClick={actions.runNow}>
            {state.dirty || !revision ? 'Save & run' : 'Run now'}
          </Button>
        )}
        {revision && <FlowMenu revision={revision} onDeleted={() => void navigate(`/integrations/${encodeURIComponent(revision.flow.integration || 'default')}`)} />}
      </PageHeader>
      <AskName actions={actions} />
    </>
  );
}

function NameField({ state }: { state: FlowEditorState }) {
  return (
    <Group gap="sm" mt={4} data-undo>
      <TextInput aria-label="Name" placeholder="Name, such as orders-in" description={state.problems.name ? rule : undefined} inputWrapperOrder={['input', 'error', 'description']} value={state.flow.name ?? ''} error={state.problems.name} spellCheck={false} onChange={(e) => state.set(['name'], e.currentTarget.value)} w={320} maw="100%" />
    </Group>
  );
}

/** Asks for the name of a flow that is saved without one. */
function AskName({ actions }: { actions: FlowActions }) {
  const [name, setName] = useState('');
  return (
    <Ask opened={actions.asking} title="Name the flow" yes="Save" ready={name.trim() !== ''} onNo={actions.stopAsking} onYes={() => actions.saveAs(name.trim())}>
      <TextInput
        label="Name"
        required
        placeholder="orders-in"
        description={`${rule} Files and commands name the flow so.`}
        spellCheck={false}
        value={name}
        onChange={(e) => setName(e.currentTarget.value)}
        onKeyDown={(e) => {
          if (e.key === 'Enter' && name.trim() !== '') actions.saveAs(name.trim());
        }}
        data-autofocus
      />
    </Ask>
  );
}
