import { ActionIcon, Button } from '@mantine/core';
import { IconPlus, IconRoute, IconTrash } from '@tabler/icons-react';
import type { Node, NodeProps } from '@xyflow/react';

import { StepMenu } from '../StepMenu';
import { useBoard } from './board';
import classes from './canvas.module.css';
import type { ButtonPart, PathPart, PlusPart } from './layout';
import { Ports } from './Ports';
import { Standing } from './StepNode';
import { callOf, spoken, useFacts } from './useFacts';

export type PathNodeType = Node<{ part: PathPart }, 'path'>;
export type PlusNodeType = Node<{ part: PlusPart }, 'plus'>;
export type ButtonNodeType = Node<{ part: ButtonPart }, 'button'>;

/** The head of a branch's path: its name and condition. */
export function PathNode({ data: { part } }: NodeProps<PathNodeType>) {
  const board = useBoard();
  const facts = useFacts(part);
  const tab = board.active === part.id ? 0 : -1;
  const at = Number(part.path.at(-1));
  return (
    <article className={`${classes.card} ${classes.path}`} aria-label={callOf(part)} data-shown={board.shown === part.id || undefined} data-wrong={facts.problems.length > 0 || undefined}>
      <Ports />
      <button type="button" className={classes.main} data-stop={part.id} tabIndex={tab} aria-label={`Path ${spoken(facts)}`} aria-haspopup="dialog" onClick={() => board.open(part.id)}>
        <span className={classes.words}>
          <span className={classes.title}>
            <IconRoute size={14} aria-hidden />
            {facts.title}
          </span>
          <span className={classes.condition}>{facts.summary}</span>
        </span>
      </button>
      {!board.readOnly && (
        <ActionIcon className={`${classes.actions} nodrag`} variant="subtle" color="gray" size={24} tabIndex={tab} aria-label={`Delete ${callOf(part)}`} onClick={() => board.remove({ list: part.path.slice(0, -1), at }, callOf(part))}>
          <IconTrash size={14} aria-hidden />
        </ActionIcon>
      )}
      {(facts.done !== undefined || facts.outcome !== undefined || facts.problems.length > 0) && <Standing facts={facts} tab={tab} />}
    </article>
  );
}

/** The plus between two parts, or behind the last. */
export function PlusNode({ data: { part } }: NodeProps<PlusNodeType>) {
  const { readOnly, active, adding, setAdding, add, target } = useBoard();
  const at = part.behind.includes(active) || active === part.id || adding === part.id ? 0 : -1;
  return (
    <div className={classes.plus} data-target={target === part.id || undefined}>
      <Ports />
      {!readOnly && (
        <StepMenu opened={adding === part.id} onChange={(opened) => setAdding(opened ? part.id : undefined)} onAdd={(step) => add(part.spot, step)}>
          <ActionIcon variant="default" radius="xl" size={28} tabIndex={at} data-plus={part.id} aria-label={`Add a step ${part.place}`}>
            <IconPlus size={16} aria-hidden />
          </ActionIcon>
        </StepMenu>
      )}
      {part.says && (
        <span className={classes.says} aria-hidden>
          {part.says}
        </span>
      )}
    </div>
  );
}

/** Adds an export to the flow, or a path to a branch. */
export function ButtonNode({ data: { part } }: NodeProps<ButtonNodeType>) {
  const { readOnly, addExport, addPath } = useBoard();
  if (readOnly) return null;
  const { branch } = part;
  return (
    <Button className={classes.more} variant="subtle" color="gray" size="compact-sm" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => (branch ? addPath(branch, part.count) : addExport())}>
      {part.label}
    </Button>
  );
}

export function JoinNode() {
  return (
    <div className={classes.join}>
      <Ports />
    </div>
  );
}

export function LaneNode() {
  return <div className={classes.lane} />;
}
