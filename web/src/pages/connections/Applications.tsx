import { Group, SimpleGrid, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { IconApi, IconChevronRight, IconCloud, IconDatabase, IconFileText, IconFolder, IconSearch, type Icon } from '@tabler/icons-react';
import { useState } from 'react';

import type { Kind } from '../../api/schema';
import classes from './connections.module.css';

const icons: Record<string, Icon> = { netsuite: IconCloud, http: IconApi, files: IconFolder, sqlite: IconFileText };

/** The picture of a kind of connection. */
export function KindIcon({ kind, size }: { kind: string; size: number }) {
  const Picture = icons[kind] ?? IconDatabase;
  return <Picture size={size} stroke={1.6} aria-hidden style={{ flexShrink: 0 }} />;
}

/** The Application list: what the new connection leads to. */
export function Applications({ kinds, onChoose }: { kinds: Kind[]; onChoose: (kind: string) => void }) {
  const [search, setSearch] = useState('');
  const found = kinds.filter((k) => `${k.label} ${k.help}`.toLowerCase().includes(search.trim().toLowerCase()));
  return (
    <Stack maw={760}>
      <TextInput
        label="Application"
        description="What the connection leads to"
        placeholder="Search"
        leftSection={<IconSearch size={16} aria-hidden />}
        value={search}
        onChange={(e) => setSearch(e.currentTarget.value)}
        onKeyDown={(e) => {
          if (e.key !== 'Enter' || !found[0]) return;
          // Else the same key would submit the form that comes in its place.
          e.preventDefault();
          onChoose(found[0].id);
        }}
        data-autofocus
      />
      <SimpleGrid component="ul" aria-label="Applications" cols={{ base: 1, sm: 2 }} spacing="sm" p={0} m={0} className={classes.plain}>
        {found.map((k) => (
            <li key={k.id}>
              <UnstyledButton className={classes.application} onClick={() => onChoose(k.id)}>
                <Group wrap="nowrap" gap="sm">
                  <KindIcon kind={k.id} size={26} />
                  <div style={{ flex: 1 }}>
                    <Text fw={600} size="sm">
                      {k.label}
                    </Text>
                    <Text size="xs" c="dimmed">
                      {k.help}
                    </Text>
                  </div>
                  <IconChevronRight size={18} aria-hidden />
                </Group>
              </UnstyledButton>
            </li>
        ))}
      </SimpleGrid>
      {found.length === 0 && (
        <Text size="sm" c="dimmed" role="status">
          No application has that name.
        </Text>
      )}
    </Stack>
  );
}
