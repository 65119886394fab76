import { ActionIcon, Tooltip } from '@mantine/core';
import { IconFocusCentered, IconZoomIn, IconZoomOut } from '@tabler/icons-react';
import { useReactFlow } from '@xyflow/react';

import classes from './canvas.module.css';
import { useFit } from './useView';

/** Nearer, farther, all of it. */
export function Tools() {
  const { zoomIn, zoomOut } = useReactFlow();
  const fit = useFit();
  const tools = [
    { label: 'Zoom in', icon: IconZoomIn, act: () => void zoomIn() },
    { label: 'Zoom out', icon: IconZoomOut, act: () => void zoomOut() },
    { label: 'Fit view', icon: IconFocusCentered, act: () => fit() },
  ];
  return (
    <div className={classes.tools} role="group" aria-label="View">
      {tools.map(({ label, icon: ToolIcon, act }) => (
        <Tooltip key={label} label={label}>
          <ActionIcon variant="subtle" color="gray" size={30} aria-label={label} onClick={act}>
            <ToolIcon size={18} aria-hidden />
          </ActionIcon>
        </Tooltip>
      ))}
    </div>
  );
}
