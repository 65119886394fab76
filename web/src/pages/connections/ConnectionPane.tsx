import { ActionIcon, Drawer, Group, Text } from '@mantine/core';
import { IconArrowsMaximize } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';

import { useUnsaved } from '../../parts/useUnsaved';
import { ConnectionEditor, type EditorProps } from './ConnectionEditor';

/** What the pane to make or edit a connection is given. */
export type ConnectionPaneProps = Omit<EditorProps, 'unsaved' | 'pane'>;

/** The pane in which a connection is made or edited. It asks before it closes with unsaved changes. */
export function ConnectionPane(props: ConnectionPaneProps) {
  const [made, setMade] = useState<string>();
  const unsaved = useUnsaved();
  const title = props.name ? 'Edit connection' : 'Create connection';
  const name = props.name ?? made;
  return (
    <Drawer
      opened
      position="right"
      size="min(1120px, 100vw)"
      onClose={() => unsaved.leave(props.onClose)}
      closeButtonProps={{ 'aria-label': 'Close' }}
      title={
        <Group gap="sm" wrap="nowrap">
          <Text fw={650} size="lg">
            {title}
          </Text>
          {name && (
            <>
              <Text c="dimmed">{name}</Text>
              <ActionIcon component={Link} to={`/connections/${encodeURIComponent(name)}`} variant="subtle" color="gray" aria-label="Open as a page">
                <IconArrowsMaximize size={18} aria-hidden />
              </ActionIcon>
            </>
          )}
        </Group>
      }
    >
      <ConnectionEditor
        {...props}
        pane
        unsaved={unsaved}
        onSaved={(saved) => {
          setMade(saved);
          props.onSaved(saved);
        }}
      />
      {unsaved.dialog}
    </Drawer>
  );
}
