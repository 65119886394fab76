import { Alert, Anchor, Button, Collapse, List, Stack, TextInput } from '@mantine/core';
import { IconAlertTriangle, IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';

import type { Field } from '../../api/schema';
import { Explain } from '../../parts/Explain';
import classes from './connections.module.css';
import { groupsOf, needs, obtained, valueOf } from './draft';
import { FieldInput } from './fields/FieldInput';
import { Impact } from './Impact';
import { WSDLNote } from './WSDLNote';
import { Overtaken } from './Overtaken';
import { type Editor, focusField, overtaken, summaryID } from './useEditor';

interface Props {
  editor: Editor;
  readOnly: boolean;
  /** Called when a field gets the focus; the guide shows the step that it belongs to. */
  onField: (name: string) => void;
}

/** The fields of a connection in their groups, as its kind describes them. */
export function ConnectionForm({ editor, readOnly, onField }: Props) {
  const { kind, draft, stored, problems } = editor;
  const [advanced, setAdvanced] = useState(false);
  const groups = groupsOf(kind, draft, Boolean(stored));
  return (
    <Stack gap="lg">
      <Summary editor={editor} />
      <fieldset className={classes.group}>
        <legend className={classes.legend}>General</legend>
        <Stack>
          <TextInput
            id="field-name"
            label="Name"
            description="Clear and distinguishable: flows choose the connection by it. Small letters, digits, dots, dashes and underscores."
            withAsterisk
            aria-required
            disabled={readOnly}
            value={draft.name}
            error={problems.name?.map((p) => p.message).join('. ')}
            onChange={(e) => editor.rename(e.currentTarget.value)}
            onFocus={() => onField('name')}
            autoComplete="off"
            spellCheck={false}
          />
          <TextInput label="Application" withAsterisk readOnly value={kind.label} variant="filled" aria-readonly />
        </Stack>
      </fieldset>
      {groups.map((group) => {
        const fields = <Fields editor={editor} fields={group.fields} readOnly={readOnly} onField={onField} />;
        if (group.name !== 'Advanced') {
          return (
            <fieldset key={group.name} className={classes.group}>
              <legend className={classes.legend}>{group.name}</legend>
              {fields}
            </fieldset>
          );
        }
        const open = advanced || group.fields.some((f) => problems[f.name]);
        return (
          <section key={group.name} aria-label={group.name}>
            <Button variant="subtle" size="compact-md" px={4} aria-expanded={open} leftSection={open ? <IconChevronDown size={18} aria-hidden /> : <IconChevronRight size={18} aria-hidden />} onClick={() => setAdvanced(!open)}>
              {group.name}
            </Button>
            <Collapse expanded={open} pt="sm">
              {fields}
            </Collapse>
          </section>
        );
      })}
    </Stack>
  );
}

function Fields({ editor, fields, readOnly, onField }: { editor: Editor; fields: Field[]; readOnly: boolean; onField: Props['onField'] }) {
  const { kind, draft, stored, base, problems } = editor;
  const account = kind.fields?.find((f) => f.name === 'account');
  const context = {
    kind: kind.id,
    connection: stored?.name,
    account: draft.settings.account ?? stored?.identity?.account ?? '',
    environment: draft.settings.environment ?? '',
    accountObtained: Boolean(account && obtained(kind, draft, account)),
  };
  return (
    <Stack>
      {fields.map((f) => (
        <div key={f.name} onFocus={() => onField(f.name)}>
          <FieldInput
            field={f}
            id={`field-${f.name}`}
            value={(f.secret ? draft.secrets[f.name] : draft.settings[f.name]) ?? ''}
            stored={f.secret ? stored?.secrets?.[f.name] : base.settings[f.name]}
            required={needs(kind, draft, f)}
            error={problems[f.name]?.map((p) => p.message).join('. ')}
            disabled={readOnly}
            onChange={(value) => editor.set(f.name, value, f.secret)}
            context={context}
          />
          {f.name === 'wsdl_version' &&
            (stored && valueOf(kind, draft, f.name) !== valueOf(kind, base, f.name) ? (
              <Impact connection={stored.name} version={valueOf(kind, draft, f.name)} />
            ) : (
              <WSDLNote version={valueOf(kind, draft, f.name)} />
            ))}
        </div>
      ))}
    </Stack>
  );
}

/** Says all that is wrong at once, with a way to each field. */
function Summary({ editor }: { editor: Editor }) {
  const error = editor.save.error ?? editor.test.error ?? editor.authorize.error;
  const all = Object.entries(editor.problems);
  // What is no field's, a refused authorization with its possible causes for one, is told whole.
  if (all.length === 0) {
    return (
      <div id={summaryID} tabIndex={-1} hidden={!error}>
        <Explain error={error} />
        {overtaken(error) && <Overtaken editor={editor} />}
      </div>
    );
  }
  return (
    <Alert id={summaryID} tabIndex={-1} role="alert" color="red" variant="outline" icon={<IconAlertTriangle aria-hidden />} title={all.length === 1 ? 'One thing is to be mended' : `${all.length} things are to be mended`}>
      <List size="sm">
        {all.map(([name, problems]) =>
          problems.map((p) => (
            <List.Item key={p.path + p.code}>
              {name ? (
                <Anchor component="button" type="button" size="sm" ta="left" onClick={() => focusField(name)}>
                  {p.message}
                </Anchor>
              ) : (
                p.message
              )}
              {p.remedy ? `. ${p.remedy}` : ''}
            </List.Item>
          )),
        )}
      </List>
    </Alert>
  );
}
