import { Handle, Position } from '@xyflow/react';

import classes from './canvas.module.css';

/** Where lines come in and go out. They are not seen: nobody draws lines by hand. */
export function Ports() {
  return (
    <>
      <Handle type="target" position={Position.Left} isConnectable={false} className={classes.port} />
      <Handle type="source" position={Position.Right} isConnectable={false} className={classes.port} />
    </>
  );
}
