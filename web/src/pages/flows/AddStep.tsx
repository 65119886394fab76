import { ActionIcon, Menu, Text } from '@mantine/core';
import { IconArrowsShuffle, IconArrowsSplit, IconDatabaseImport, IconFilter, IconPlus } from '@tabler/icons-react';

import type { DraftStep } from '../../flow/document';
import classes from './flow.module.css';

const kinds: { label: string; about: string; icon: typeof IconFilter; step: DraftStep }[] = [
  { label: 'Filter', about: 'Let only some records pass', icon: IconFilter, step: { filter: { if: '', reason: '' } } },
  { label: 'Map', about: 'Make a new record of each', icon: IconArrowsShuffle, step: { map: '' } },
  { label: 'Branch', about: 'Send records different ways', icon: IconArrowsSplit, step: { branch: { paths: [{ name: 'first', if: '', steps: [] }, { name: 'rest', steps: [] }] } } },
  { label: 'Import', about: 'Write the records somewhere', icon: IconDatabaseImport, step: { import: { connection: '' } } },
];

/** The plus between two steps. */
export function AddStep({ place, readOnly, onAdd }: { place: string; readOnly: boolean; onAdd: (step: DraftStep) => void }) {
  return (
    <div className={classes.between}>
      {!readOnly && (
        <Menu width={250}>
          <Menu.Target>
            <ActionIcon variant="default" radius="xl" size={28} aria-label={`Add a step ${place}`} className={classes.plus}>
              <IconPlus size={16} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {kinds.map((k) => (
              <Menu.Item key={k.label} leftSection={<k.icon size={18} aria-hidden />} onClick={() => onAdd(k.step)}>
                {k.label}
                <Text size="xs" c="dimmed">
                  {k.about}
                </Text>
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </div>
  );
}
