import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconArrowLeft, IconArrowRight, IconCopy, IconDatabaseExport, IconDots, IconPlug, IconPlus, IconTrash } from '@tabler/icons-react';
import type { Node, NodeProps } from '@xyflow/react';
import { Link } from 'react-router';

import { kindOf } from '../../../flow/steps';
import { isActive } from '../../../parts/RunState';
import { useMay } from '../../../session';
import { KindIcon } from '../../connections/Applications';
import { useEditor } from '../editor';
import { stepIcons } from '../stepKinds';
import { useBoard } from './board';
import classes from './canvas.module.css';
import type { SourcePart, StepPart } from './layout';
import { Ports } from './Ports';
import { callOf, type Facts, spoken, useFacts } from './useFacts';

export type CardNode = Node<{ part: SourcePart | StepPart }, 'card'>;

/** An export or a step: what it does, through which connection, and how it stands. */
export function StepNode({ data: { part }, dragging }: NodeProps<CardNode>) {
  const board = useBoard();
  const facts = useFacts(part);
  const kind = part.type === 'source' ? 'export' : kindOf(part.step);
  const StepIcon = part.type === 'source' ? IconDatabaseExport : stepIcons[kindOf(part.step)];
  const tab = board.active === part.id ? 0 : -1;
  const { reach } = facts;
  return (
    <article className={classes.card} aria-label={callOf(part)} data-kind={kind} data-shown={board.shown === part.id || undefined} data-wrong={facts.problems.length > 0 || undefined} data-held={dragging || undefined}>
      <Ports />
      <button type="button" className={classes.main} data-stop={part.id} tabIndex={tab} aria-label={spoken(facts)} aria-haspopup="dialog" onClick={() => board.open(part.id)}>
        <span className={classes.tile}>{reach?.application ? <KindIcon kind={reach.application} size={22} /> : <StepIcon size={22} stroke={1.6} aria-hidden />}</span>
        <span className={classes.words}>
          <span className={classes.title}>
            {facts.title}
            {facts.kind && <span className={classes.kind}>{facts.kind}</span>}
          </span>
          <span className={classes.summary} data-long={!reach || undefined}>{facts.summary}</span>
        </span>
      </button>
      {part.type === 'step' && !board.readOnly && <StepActions part={part} tab={tab} />}
      {part.type === 'source' && !part.alone && !board.readOnly && <RemoveExport part={part} tab={tab} />}
      {reach && <Connection facts={facts} tab={tab} of={callOf(part)} />}
      <Standing facts={facts} tab={tab} />
    </article>
  );
}

/** The connection's name, and the plus that makes a new one. */
function Connection({ facts, tab, of }: { facts: Facts; tab: number; of: string }) {
  const { readOnly, createConnection } = useBoard();
  const mayCreate = useMay('connections.edit');
  const { reach } = facts;
  if (!reach) return null;
  return (
    <div className={classes.connection}>
      <IconPlug size={14} aria-hidden />
      <span className={classes.name} data-none={!reach.connection || undefined}>
        {reach.connection ?? 'No connection yet'}
      </span>
      {mayCreate && !readOnly && (
        <Tooltip label="Create connection">
          <ActionIcon className="nodrag" variant="default" size={22} radius="sm" tabIndex={tab} aria-label={`Create connection for ${of}`} onClick={() => createConnection(reach.path, reach.application)}>
            <IconPlus size={14} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
    </div>
  );
}

/** How the step stands: what is wrong or missing first, then what the run does here. */
export function Standing({ facts, tab }: { facts: Facts; tab: number }) {
  const { flow } = useEditor();
  const { run } = useBoard();
  const { problems, missing, done, open, outcome } = facts;
  return (
    <div className={classes.standing}>
      {problems.length > 0 ? (
        <span className={classes.bad} title={problems.join('\n')}>
          <IconAlertTriangle size={14} aria-hidden />
          {problems.length === 1 ? problems[0] : `${problems.length} problems`}
        </span>
      ) : outcome ? (
        <span className={outcome.bad ? classes.bad : classes.good} title={outcome.text}>
          {outcome.text}
        </span>
      ) : missing ? (
        <span className={classes.todo}>{missing}</span>
      ) : done ? (
        <span className={classes.done} data-moving={isActive(run) || undefined}>
          {done}
        </span>
      ) : (
        <span />
      )}
      {open > 0 && (
        <Link className={`${classes.errors} nodrag`} tabIndex={tab} to={`/errors?${new URLSearchParams({ flow: flow.name ?? '', step: facts.name }).toString()}`}>
          {open} open {open === 1 ? 'error' : 'errors'}
        </Link>
      )}
    </div>
  );
}

function StepActions({ part, tab }: { part: StepPart; tab: number }) {
  const board = useBoard();
  const { spot } = part;
  const name = callOf(part);
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <ActionIcon className={`${classes.actions} nodrag`} variant="subtle" color="gray" size={26} tabIndex={tab} aria-label={`Actions for ${name}`}>
          <IconDots size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconArrowLeft size={16} aria-hidden />} rightSection={<kbd className={classes.key}>Alt ←</kbd>} disabled={!board.canMove(spot, 'left')} onClick={() => board.move(spot, 'left')}>
          Move left
        </Menu.Item>
        <Menu.Item leftSection={<IconArrowRight size={16} aria-hidden />} rightSection={<kbd className={classes.key}>Alt →</kbd>} disabled={!board.canMove(spot, 'right')} onClick={() => board.move(spot, 'right')}>
          Move right
        </Menu.Item>
        <Menu.Item leftSection={<IconCopy size={16} aria-hidden />} onClick={() => board.duplicate(spot)}>
          Duplicate
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item c="var(--status-bad)" leftSection={<IconTrash size={16} aria-hidden />} rightSection={<kbd className={classes.key}>Del</kbd>} onClick={() => board.remove(spot, name)}>
          Delete
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function RemoveExport({ part, tab }: { part: SourcePart; tab: number }) {
  const { remove } = useBoard();
  const [list, at] = part.source.path;
  return (
    <ActionIcon className={`${classes.actions} nodrag`} variant="subtle" color="gray" size={26} tabIndex={tab} aria-label={`Delete ${callOf(part)}`} onClick={() => remove({ list: [list ?? ''], at: Number(at) }, callOf(part))}>
      <IconTrash size={16} aria-hidden />
    </ActionIcon>
  );
}
