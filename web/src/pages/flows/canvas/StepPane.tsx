import { ActionIcon, CloseButton, Group, Stack, Text, Title, Tooltip } from '@mantine/core';
import { IconArrowDown, IconArrowsDiagonal, IconArrowsDiagonalMinimize2, IconArrowUp, IconCopy, IconDatabaseExport, IconRoute, IconTrash } from '@tabler/icons-react';
import { type ReactNode, type RefObject, useEffect, useEffectEvent, useId, useRef, useState } from 'react';

import { schemaAt } from '../../../flow/schema';
import { kindOf } from '../../../flow/steps';
import { useEditor } from '../editor';
import { ExportForm } from '../ExportForm';
import { ExportPreview, StepPreview } from '../PreviewRecord';
import { SchemaFields } from '../SchemaFields';
import { StepForm } from '../StepForm';
import { stepIcons, stepTitles } from '../stepKinds';
import { useBoard } from './board';
import classes from './canvas.module.css';
import type { PathPart, SourcePart, StepPart } from './layout';
import { callOf } from './useFacts';

interface Props {
  part: SourcePart | StepPart | PathPart;
  /** Counts what was undone: the form begins anew then. */
  turns: number;
  /** Whether the pane takes the focus now, and what to do when it has. */
  focus: boolean;
  onFocused: () => void;
  onClose: () => void;
}

const focusable = 'input, textarea, button, [contenteditable="true"], [tabindex="0"]';

/** What a part of the flow does, to look at and to enter. It stands beside the canvas, which stays usable. */
export function StepPane({ part, turns, focus, onFocused, onClose }: Props) {
  const [wide, setWide] = useState(false);
  const pane = useRef<HTMLElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const title = useId();
  useEffect(() => {
    if (!focus) return;
    // A menu that closes gives the focus back first.
    const timer = setTimeout(() => {
      pane.current?.focus({ preventScroll: true });
      onFocused();
    });
    return () => clearTimeout(timer);
  }, [focus, onFocused, part.id]);
  const last = useKeptFocus(body, turns);
  useEscape(pane, onClose);
  return (
    <section ref={pane} role="dialog" aria-labelledby={title} tabIndex={-1} className={classes.pane} data-wide={wide || undefined} data-undo>
      <header className={classes.paneHead}>
        <Heading part={part} id={title} />
        <Group gap={2} wrap="nowrap">
          <PartActions part={part} />
          <Tooltip label={wide ? 'Narrower' : 'Wider'}>
            <ActionIcon variant="subtle" color="gray" aria-label={wide ? 'Make the pane narrower' : 'Make the pane wider'} onClick={() => setWide(!wide)}>
              {wide ? <IconArrowsDiagonalMinimize2 size={16} aria-hidden /> : <IconArrowsDiagonal size={16} aria-hidden />}
            </ActionIcon>
          </Tooltip>
          <CloseButton aria-label="Close" onClick={onClose} />
        </Group>
      </header>
      <div className={classes.paneBody} ref={body} onFocus={(e) => last(e.target)}>
        <Stack gap="lg" key={`${part.id} ${turns}`}>
          <Form part={part} />
        </Stack>
      </div>
    </section>
  );
}

/** Closes the pane by Escape, unless that means something else where it is pressed. */
function useEscape(pane: RefObject<HTMLElement | null>, onClose: () => void) {
  const close = useEffectEvent(onClose);
  useEffect(() => {
    const element = pane.current;
    if (!element) return;
    const press = (e: KeyboardEvent) => {
      const target = e.target as HTMLElement;
      // A list that is open closes first; a code editor is left with Escape.
      if (e.key === 'Escape' && !e.defaultPrevented && target.getAttribute('aria-expanded') !== 'true' && !target.closest('.cm-editor')) close();
    };
    element.addEventListener('keydown', press);
    return () => element.removeEventListener('keydown', press);
  }, [pane]);
}

/** Gives the focus back to the field that had it when the form begins anew. */
function useKeptFocus(body: RefObject<HTMLElement | null>, turns: number) {
  const at = useRef(-1);
  const first = useRef(turns);
  useEffect(() => {
    if (first.current === turns) return;
    first.current = turns;
    if (at.current < 0 || document.activeElement !== document.body) return;
    body.current?.querySelectorAll<HTMLElement>(focusable)[at.current]?.focus();
  }, [body, turns]);
  return (target: HTMLElement) => {
    at.current = [...(body.current?.querySelectorAll(focusable) ?? [])].indexOf(target);
  };
}

function Heading({ part, id }: { part: Props['part']; id: string }) {
  const [PartIcon, kind, name] =
    part.type === 'source' ? [IconDatabaseExport, 'Export', part.source.value?.name] : part.type === 'path' ? [IconRoute, 'Path', part.value.name] : [stepIcons[kindOf(part.step)], stepTitles[kindOf(part.step)], part.step.name];
  return (
    <Group gap="sm" wrap="nowrap" style={{ flex: 1, minWidth: 0 }}>
      <PartIcon size={20} stroke={1.6} aria-hidden style={{ flexShrink: 0 }} />
      <Title order={2} size="h5" id={id} lineClamp={1}>
        {kind}
        {name && (
          <Text span inherit fw={400} c="dimmed">
            {' '}
            {name}
          </Text>
        )}
      </Title>
    </Group>
  );
}

function PartActions({ part }: { part: Props['part'] }): ReactNode {
  const { readOnly, duplicate, remove, movePath } = useBoard();
  if (readOnly || part.type === 'source') return null;
  const spot = part.type === 'step' ? part.spot : { list: part.path.slice(0, -1), at: Number(part.path.at(-1)) };
  const name = callOf(part);
  const acts =
    part.type === 'step'
      ? [{ label: 'Duplicate', icon: IconCopy, act: () => duplicate(spot) }]
      : [
          { label: 'Move up', icon: IconArrowUp, act: () => movePath(spot, 'up') },
          { label: 'Move down', icon: IconArrowDown, act: () => movePath(spot, 'down') },
        ];
  return [...acts, { label: 'Delete', icon: IconTrash, act: () => remove(spot, name) }].map(({ label, icon: ActIcon, act }) => (
    <Tooltip key={label} label={label}>
      <ActionIcon variant="subtle" color="gray" aria-label={`${label} ${name}`} onClick={act}>
        <ActIcon size={16} aria-hidden />
      </ActionIcon>
    </Tooltip>
  ));
}

function Form({ part }: { part: Props['part'] }) {
  const { schema } = useEditor();
  if (part.type === 'source') {
    return (
      <>
        <ExportForm path={part.source.path} value={part.source.value} />
        <ExportPreview name={part.source.value?.name} />
      </>
    );
  }
  if (part.type === 'path') {
    const of = schemaAt(schema, 'steps', 'branch', 'paths');
    return (
      <>
        {of && <SchemaFields schema={of} path={part.path} value={part.value as Record<string, unknown>} omit={['steps']} show={['if']} />}
        <StepPreview step={part.name} />
      </>
    );
  }
  return (
    <>
      <StepForm path={part.path} step={part.step} />
      <StepPreview step={part.name} />
    </>
  );
}
