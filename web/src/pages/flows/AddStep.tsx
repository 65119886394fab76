import { ActionIcon } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';

import type { DraftStep } from '../../flow/document';
import classes from './flow.module.css';
import { StepMenu } from './StepMenu';

/** The plus between two steps of the list. */
export function AddStep({ place, readOnly, onAdd }: { place: string; readOnly: boolean; onAdd: (step: DraftStep) => void }) {
  return (
    <div className={classes.between}>
      {!readOnly && (
        <StepMenu onAdd={onAdd}>
          <ActionIcon variant="default" radius="xl" size={28} aria-label={`Add a step ${place}`} className={classes.plus}>
            <IconPlus size={16} aria-hidden />
          </ActionIcon>
        </StepMenu>
      )}
    </div>
  );
}
