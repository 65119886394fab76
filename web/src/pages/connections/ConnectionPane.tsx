import { Drawer } from '@mantine/core';

/** What the pane to make or edit a connection is given. */
export interface ConnectionPaneProps {
  /** The kind to start from; all are offered when it is left out. */
  application?: string;
  /** The integration that a new connection is registered with. */
  integration?: string;
  /** The page of ours that the browser comes back to from NetSuite's log-in; the connection's own when left out. */
  returnTo?: (name: string) => string;
  onSaved: (name: string) => void;
  onClose: () => void;
}

/** The pane in which a connection is made or edited. */
export function ConnectionPane({ onClose }: ConnectionPaneProps) {
  return <Drawer opened position="right" size="xl" title="Create connection" onClose={onClose} />;
}
