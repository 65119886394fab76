import { Menu, Text } from '@mantine/core';
import type { ReactNode } from 'react';

import type { DraftStep } from '../../flow/document';
import { newSteps, stepIcons, stepTitles } from './stepKinds';

/** The kinds of steps to choose from, behind a plus sign. */
export function StepMenu({ children, opened, onChange, onAdd }: { children: ReactNode; opened?: boolean; onChange?: (opened: boolean) => void; onAdd: (step: DraftStep) => void }) {
  return (
    <Menu width={250} opened={opened} onChange={onChange} position="bottom" withinPortal>
      <Menu.Target>{children}</Menu.Target>
      <Menu.Dropdown>
        {newSteps.map(({ kind, about, step }) => {
          const KindIcon = stepIcons[kind];
          return (
            <Menu.Item key={kind} leftSection={<KindIcon size={18} aria-hidden />} onClick={() => onAdd(step)}>
              {stepTitles[kind]}
              <Text size="xs" c="dimmed">
                {about}
              </Text>
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
