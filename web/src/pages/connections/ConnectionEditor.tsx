import { Button, Group, Stack } from '@mantine/core';
import { IconPlugConnected } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';

import { query } from '../../api/client';
import type { Candidate, Connection, Kind } from '../../api/schema';
import { Explain } from '../../parts/Explain';
import { PageSkeleton } from '../../parts/PageSkeleton';
import type { Unsaved } from '../../parts/useUnsaved';
import { useMay } from '../../session';
import { GuideSide } from '../guide/GuideSide';
import { moveProgress } from '../guide/progress';
import { Applications } from './Applications';
import classes from './connections.module.css';
import { ConnectionForm } from './ConnectionForm';
import { valueOf } from './draft';
import { LoginChange } from './LoginChange';
import { Prescribe } from './Prescribe';
import { Register } from './Register';
import { TestResult } from './TestResult';
import { type Editor, focusField, useEditor } from './useEditor';

export interface EditorProps {
  /** The connection to edit; a new one is made when it is left out. */
  name?: string;
  /** The kind to start from; all are offered when it is left out. */
  application?: string;
  /** The integration that a new connection is registered with. */
  integration?: string;
  /** The page of ours that the browser comes back to from NetSuite's log-in; the connection's own when left out. */
  returnTo?: (name: string) => string;
  /** Called each time the connection was stored. */
  onSaved: (name: string) => void;
  onClose: () => void;
  /** Keeps what was entered from being lost when the pane or page is left. */
  unsaved: Unsaved;
  /** The form stands in a pane, which takes the focus. */
  pane?: boolean;
}

/** Makes or edits a connection: the application first, then the form with the guide beside it. */
export function ConnectionEditor(props: EditorProps) {
  const kinds = query.useQuery('get', '/api/v1/kinds', {}, { staleTime: Infinity });
  const stored = query.useQuery('get', '/api/v1/connections/{name}', { params: { path: { name: props.name ?? '' } } }, { enabled: Boolean(props.name) });
  const [application, setApplication] = useState(props.application ?? '');
  const error = kinds.error ?? stored.error;
  if (error) return <Explain error={error} />;
  if (!kinds.data || (props.name && !stored.data)) return <PageSkeleton rows={6} />;
  const kind = kinds.data.items.find((k) => k.id === (stored.data?.kind ?? application));
  if (!kind) return <Applications kinds={kinds.data.items} onChoose={setApplication} />;
  return <Loaded key={stored.data?.id ?? kind.id} {...props} kind={kind} opened={stored.data} />;
}

function Loaded({ kind, opened, integration, returnTo, onSaved, onClose, unsaved, pane }: EditorProps & { kind: Kind; opened?: Connection }) {
  const editor = useEditor(kind, opened, integration);
  const mayEdit = useMay('connections.edit');
  const [field, setField] = useState<string>();
  const [suspects, setSuspects] = useState<Candidate[]>([]);
  const { draft, stored } = editor;
  const type = valueOf(kind, draft, 'type');
  const netsuite = kind.id === 'netsuite';
  const used = query.useQuery('get', '/api/v1/connections/{name}/flows', { params: { path: { name: stored?.name ?? '' } } }, { enabled: Boolean(stored) });

  // The pane opened, or an application was chosen: the next thing to do is here.
  const start = pane || !opened;
  useEffect(() => {
    if (start) document.getElementById('field-name')?.focus();
  }, [start]);
  const { report } = unsaved;
  useEffect(() => report(editor.dirty), [report, editor.dirty]);

  // What a test proved is shown where its button is, however far the form is scrolled.
  const result = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (editor.test.data) result.current?.scrollIntoView({ block: 'end' });
  }, [editor.test.data]);

  const save = async (): Promise<Connection | undefined> => {
    const fresh = !stored;
    const connection = await editor.save.mutateAsync({}).catch(() => undefined);
    if (!connection) return undefined;
    if (fresh) moveProgress(connection.name);
    unsaved.go(() => onSaved(connection.name));
    return connection;
  };
  const saveAndAuthorize = async () => {
    const connection = stored && !editor.dirty ? stored : await save();
    if (!connection) return;
    const back = returnTo?.(connection.name) ?? `/connections/${connection.name}`;
    const authorization = await editor.authorize.mutateAsync({ name: connection.name, back }).catch(() => undefined);
    const address = authorization?.url;
    if (address) unsaved.go(() => window.location.assign(address));
  };
  const saveAndClose = async () => {
    const connection = await save();
    // A new login that did not work is not closed away: the form says why.
    if (connection && !connection.candidate?.error) unsaved.go(onClose);
  };

  return (
      <div className={classes.sides} data-guide={netsuite || undefined}>
        <form
          noValidate
          aria-label={stored ? `Edit connection ${stored.name}` : 'Create connection'}
          onSubmit={(e) => {
            e.preventDefault();
            void save();
          }}
        >
          <Stack gap="lg">
            {stored && <LoginChange editor={editor} onAuthorize={() => void saveAndAuthorize()} />}
            <ConnectionForm editor={editor} readOnly={!mayEdit} onField={setField} />
            <div role="status" aria-live="polite" ref={result} className={classes.result}>
              {editor.test.data && (
                <>
                  <TestResult evidence={editor.test.data} />
                  {!editor.test.data.ok && netsuite && stored && !editor.dirty && (
                    <Prescribe
                      connection={stored.name}
                      onVerdict={(v) => {
                        setSuspects(v.steps ?? []);
                        setTimeout(() => result.current?.scrollIntoView({ block: 'end' }));
                      }}
                    />
                  )}
                </>
              )}
            </div>
            {!opened && stored && !integration && <Register connection={stored.name} />}
          </Stack>
          {mayEdit && <Buttons editor={editor} automatic={netsuite && type === 'token-auto'} onAuthorize={() => void saveAndAuthorize()} onSaveAndClose={() => void saveAndClose()} onCancel={() => unsaved.leave(onClose)} />}
        </form>
        {netsuite && (
          <div className={classes.guide} data-guide-column>
            <GuideSide type={type} connection={stored?.name} flows={used.data?.items} field={field} suspects={suspects} onField={mayEdit ? focusField : undefined} />
          </div>
        )}
      </div>
  );
}

interface ButtonsProps {
  editor: Editor;
  /** The token comes from a log-in at NetSuite. */
  automatic: boolean;
  onAuthorize: () => void;
  onSaveAndClose: () => void;
  onCancel: () => void;
}

function Buttons({ editor, automatic, onAuthorize, onSaveAndClose, onCancel }: ButtonsProps) {
  const { save, test, authorize } = editor;
  const busy = save.isPending || authorize.isPending;
  return (
    <Group className={classes.buttons} justify="space-between" gap="xs">
      <Button variant="default" px="sm" leftSection={<IconPlugConnected size={18} aria-hidden />} loading={test.isPending} onClick={() => test.mutate()}>
        Test connection
      </Button>
      <Group gap="xs">
        <Button variant="subtle" px="xs" onClick={onCancel}>
          {editor.dirty ? 'Cancel' : 'Close'}
        </Button>
        <Button type="submit" variant="default" px="sm" loading={busy && !automatic}>
          Save
        </Button>
        <Button variant={automatic ? 'default' : 'filled'} px="sm" disabled={busy} onClick={onSaveAndClose}>
          Save &amp; close
        </Button>
        {automatic && (
          <Button px="sm" loading={busy} onClick={onAuthorize}>
            Save &amp; authorize
          </Button>
        )}
      </Group>
    </Group>
  );
}
