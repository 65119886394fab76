import { ActionIcon, Group, SegmentedControl, Tooltip } from '@mantine/core';
import { IconArrowBackUp, IconArrowForwardUp } from '@tabler/icons-react';

import type { FlowText } from './useFlowText';
import type { FlowView } from './useFlowView';

interface Props {
  file: Pick<FlowText, 'undo' | 'redo' | 'canUndo' | 'canRedo'>;
  readOnly: boolean;
  /** Where the steps are shown and may be shown otherwise. */
  view?: FlowView;
  onView: (view: FlowView) => void;
}

/** Beside the tabs: undo, redo, and how the steps are shown. */
export function FlowTools({ file, readOnly, view, onView }: Props) {
  return (
    <Group gap="xs" wrap="nowrap">
      {!readOnly && (
        <>
          <Tooltip label="Undo (Ctrl+Z)">
            <ActionIcon variant="default" size={30} aria-label="Undo" disabled={!file.canUndo} onClick={file.undo}>
              <IconArrowBackUp size={18} aria-hidden />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Redo (Ctrl+Shift+Z)">
            <ActionIcon variant="default" size={30} aria-label="Redo" disabled={!file.canRedo} onClick={file.redo}>
              <IconArrowForwardUp size={18} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </>
      )}
      {view && (
        <SegmentedControl
          size="xs"
          aria-label="Show the steps as"
          value={view}
          onChange={(v) => onView(v === 'list' ? 'list' : 'canvas')}
          data={[
            { value: 'canvas', label: 'Canvas' },
            { value: 'list', label: 'List' },
          ]}
        />
      )}
    </Group>
  );
}
