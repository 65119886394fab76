import { ActionIcon, Group, Select, SimpleGrid, Tooltip } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';

import { query } from '../../api/client';
import { type Path, pathText } from '../../flow/document';
import { useMay } from '../../session';
import { ConnectionPane } from '../connections/ConnectionPane';
import { useEditor } from './editor';

interface Props {
  /** Of the export or import. */
  path: Path;
  connection: string | undefined;
  application: string | undefined;
  onApplication: (kind: string | undefined) => void;
}

/** Chooses the application and one of its connections; the plus makes a new one, which goes into the step. */
export function ConnectionField({ path, connection, application, onApplication }: Props) {
  const { set, problems, readOnly, integration, returnTo } = useEditor();
  const mayCreate = useMay('connections.edit');
  const [creating, setCreating] = useState(false);
  const kinds = query.useQuery('get', '/api/v1/kinds', {}, { staleTime: Infinity });
  const connections = query.useQuery('get', '/api/v1/connections');
  const at = [...path, 'connection'];
  const fitting = (connections.data?.items ?? []).filter((c) => !application || c.kind === application);
  // A connection that was deleted or is not known yet is shown as the file has it.
  const names = fitting.map((c) => ({ value: c.name, label: c.status === 'offline' ? `${c.name} (offline)` : c.name }));
  if (connection && !names.some((n) => n.value === connection)) names.push({ value: connection, label: connection });
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
        <Select
          label="Application"
          placeholder="Choose an application"
          required
          readOnly={readOnly}
          data={(kinds.data?.items ?? []).map((k) => ({ value: k.id, label: k.label }))}
          value={application ?? null}
          allowDeselect={false}
          onChange={(kind) => {
            onApplication(kind ?? undefined);
            if (connection && connections.data?.items.find((c) => c.name === connection)?.kind !== kind) set(at, undefined);
          }}
        />
        <Group gap="xs" align="flex-end" wrap="nowrap">
          <Select
            label="Connection"
            placeholder={application && names.length === 0 ? 'None yet: create one' : 'Choose a connection'}
            required
            searchable
            readOnly={readOnly}
            data={names}
            value={connection ?? null}
            allowDeselect={false}
            error={problems[pathText(at)]}
            style={{ flexGrow: 1 }}
            onChange={(name) => set(at, name ?? undefined)}
          />
          {mayCreate && !readOnly && (
            <Tooltip label="Create connection">
              <ActionIcon variant="default" size={36} mb={problems[pathText(at)] ? 22 : 0} aria-label="Create connection" onClick={() => setCreating(true)}>
                <IconPlus size={18} aria-hidden />
              </ActionIcon>
            </Tooltip>
          )}
        </Group>
      </SimpleGrid>
      {creating && (
        <ConnectionPane
          application={application}
          integration={integration}
          returnTo={(name) => returnTo(pathText(path), name)}
          onSaved={(name) => {
            void connections.refetch().then(({ data }) => onApplication(data?.items.find((c) => c.name === name)?.kind));
            set(at, name);
          }}
          onClose={() => setCreating(false)}
        />
      )}
    </>
  );
}
