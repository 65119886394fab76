import { ActionIcon, Card, Collapse, Divider, Group, Menu, Text, Title, UnstyledButton } from '@mantine/core';
import { type Icon, IconArrowDown, IconArrowUp, IconChevronDown, IconChevronRight, IconDots, IconTrash } from '@tabler/icons-react';
import { type ReactNode, useId } from 'react';

import classes from './flow.module.css';

/** What can be done with a step. */
export interface StepActions {
  up?: () => void;
  down?: () => void;
  remove: () => void;
}

interface Props {
  icon: Icon;
  title: string;
  summary: string;
  open: boolean;
  wrong: boolean;
  onToggle: () => void;
  /** What the shown run did here. */
  counts?: ReactNode;
  /** What the preview's record looks like behind this step. */
  preview?: ReactNode;
  /** The export has none: it stays where it is. */
  actions?: StepActions;
  /** The steps within. */
  nested?: ReactNode;
  children: ReactNode;
}

/** A step of a flow: a line that says what it does, and the form when it is open. */
export function StepCard({ icon: StepIcon, title, summary, open, wrong, onToggle, counts, preview, actions, nested, children }: Props) {
  const id = useId();
  return (
    <Card component="section" aria-labelledby={`${id}-title`} padding={0} className={classes.card} data-wrong={wrong || undefined}>
      <Group gap="xs" wrap="nowrap" px="md" py="sm">
        <UnstyledButton className={classes.summary} aria-expanded={open} aria-controls={`${id}-form`} onClick={onToggle}>
          {open ? <IconChevronDown size={18} aria-hidden /> : <IconChevronRight size={18} aria-hidden />}
          <StepIcon size={20} aria-hidden className={classes.icon} />
          <span className={classes.words}>
            <Title order={2} size="h6" id={`${id}-title`}>
              {title}
            </Title>
            <Text span size="sm" c={wrong ? 'var(--mantine-color-error)' : 'dimmed'} className={classes.line}>
              {wrong ? 'Something is wrong here' : summary}
            </Text>
          </span>
        </UnstyledButton>
        {counts}
        {actions && (
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${title}`}>
                <IconDots size={18} aria-hidden />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<IconArrowUp size={16} aria-hidden />} disabled={!actions.up} onClick={actions.up}>
                Move up
              </Menu.Item>
              <Menu.Item leftSection={<IconArrowDown size={16} aria-hidden />} disabled={!actions.down} onClick={actions.down}>
                Move down
              </Menu.Item>
              <Menu.Item c="var(--status-bad)" leftSection={<IconTrash size={16} aria-hidden />} onClick={actions.remove}>
                Remove step
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
      </Group>
      <Collapse expanded={open} id={`${id}-form`}>
        {open && (
          <>
            <Divider />
            <div className={classes.form}>{children}</div>
          </>
        )}
      </Collapse>
      <div className={classes.preview}>{preview}</div>
      {nested && <div className={classes.nested}>{nested}</div>}
    </Card>
  );
}
