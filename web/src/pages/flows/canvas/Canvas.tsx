import '@xyflow/react/dist/base.css';

import { VisuallyHidden } from '@mantine/core';
import { Background, BackgroundVariant, MiniMap, type NodeTypes, ReactFlow, ReactFlowProvider, useReactFlow, useStore } from '@xyflow/react';
import { useEffect, useId, useMemo, useRef, useState } from 'react';

import { query } from '../../../api/client';
import { pathText } from '../../../flow/document';
import { isActive } from '../../../parts/RunState';
import { ConnectionPane } from '../../connections/ConnectionPane';
import { useEditor } from '../editor';
import type { FlowEditorState } from '../useFlowEditor';
import { type Board, BoardContext, useBoard } from './board';
import classes from './canvas.module.css';
import { type Layout, layout, type Line, type Part, size } from './layout';
import { More } from './More';
import { isStop, nearest, targets } from './reach';
import { type LineEdge, RecordLine } from './RecordLine';
import { ButtonNode, JoinNode, LaneNode, PathNode, PlusNode } from './SmallNodes';
import { StepNode } from './StepNode';
import { StepPane } from './StepPane';
import { Tools } from './Tools';
import { type BoardState, useBoardState } from './useBoardState';
import { useKeys } from './useKeys';
import { useOpenErrors } from './useOpenErrors';
import { useFit, useReveal, useSteadyMiddle } from './useView';
import { least } from './view';

const nodeTypes: NodeTypes = { card: StepNode, path: PathNode, plus: PlusNode, button: ButtonNode, join: JoinNode, lane: LaneNode };
const edgeTypes = { line: RecordLine };
const types: Record<Part['type'], string> = { source: 'card', step: 'card', path: 'path', plus: 'plus', button: 'button', join: 'join', lane: 'lane' };

/** From how many parts on a small map helps. */
const large = 14;
/** How near to a plus sign a step has to be dropped, in pixels at full size. */
const reachOfPlus = 110;

/** A flow as a drawing: exports at the left, steps to the right, the open part's pane beside it. */
export function Canvas({ state, isNew }: { state: FlowEditorState; isNew: boolean }) {
  const drawing = useMemo(() => layout(state.flow), [state.flow]);
  const board = useBoardState(state, drawing, isNew);
  const { flow, readOnly } = useEditor();
  const run = useShownRun(isNew ? undefined : flow.name);
  const errors = useOpenErrors(isNew ? undefined : flow.name, isActive(run));
  const [target, setTarget] = useState<string>();
  const shown = drawing.parts.find((p) => p.id === board.shown);
  const value: Board = { ...board, readOnly, run, errors, target };
  return (
    <BoardContext value={value}>
      <div className={classes.canvas}>
        <ReactFlowProvider>
          <Drawing state={state} drawing={drawing} board={board} onTarget={setTarget} />
        </ReactFlowProvider>
        {shown && (shown.type === 'source' || shown.type === 'step' || shown.type === 'path') && (
          <StepPane part={shown} turns={state.turns} focus={board.focus?.on === 'pane'} onFocused={board.focused} onClose={board.close} />
        )}
        <VisuallyHidden role="status">{board.said}</VisuallyHidden>
      </div>
      <NewConnection board={board} />
    </BoardContext>
  );
}

/** The run on the page, else the flow's last one: its counts stay with the steps. */
function useShownRun(flow: string | undefined) {
  const { run } = useEditor();
  const newest = query.useQuery('get', '/api/v1/runs', { params: { query: { flow, limit: 1 } } }, { enabled: !!flow, staleTime: 0 });
  return run ?? newest.data?.items[0];
}

interface DrawingProps {
  state: FlowEditorState;
  drawing: Layout;
  board: BoardState;
  onTarget: (plus: string | undefined) => void;
}

function Drawing({ drawing, board, onTarget }: DrawingProps) {
  const { parts, lines } = drawing;
  const { readOnly } = useEditor();
  const [held, setHeld] = useState<{ id: string; x: number; y: number }>();
  const { screenToFlowPosition } = useReactFlow();
  const help = useId();
  const keys = useKeys(parts, board, readOnly);
  const area = useRef<HTMLDivElement>(null);
  useFocus(area, board, parts);
  useRightView(board, parts);
  const reveal = useReveal();
  // Where the keyboard goes, the view follows.
  const show = ({ target }: { target: Element }) => {
    const id = target.matches(':focus-visible') && target.closest<HTMLElement>('.react-flow__node')?.dataset.id;
    const part = parts.find((p) => p.id === id);
    if (part) reveal(part.box);
  };
  const nodes = useMemo(() => parts.map((part) => nodeOf(part, readOnly, held)), [parts, readOnly, held]);
  const edges = useEdges(lines, readOnly);
  const free = (id: string) => {
    const part = parts.find((p) => p.id === id);
    return part?.type === 'step' ? { spot: part.spot, plus: targets(parts, part.spot) } : undefined;
  };
  const under = (id: string, event: MouseEvent | TouchEvent) => {
    const at = 'clientX' in event ? event : event.changedTouches[0];
    const from = free(id);
    if (!from || !at) return undefined;
    const plus = nearest(from.plus, screenToFlowPosition({ x: at.clientX, y: at.clientY }), reachOfPlus);
    return plus && { from: from.spot, plus };
  };
  return (
    <div className={classes.board} ref={area}>
      <ReactFlow
        aria-label="Flow"
        aria-describedby={help}
        onKeyDown={keys}
        onFocus={show}
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        nodesFocusable={false}
        edgesFocusable={false}
        nodesConnectable={false}
        elementsSelectable={false}
        disableKeyboardA11y
        deleteKeyCode={null}
        selectionKeyCode={null}
        multiSelectionKeyCode={null}
        panOnScroll
        zoomOnDoubleClick={false}
        minZoom={least}
        maxZoom={1.5}
        nodeDragThreshold={5}
        onNodesChange={(changes) => {
          for (const c of changes) if (c.type === 'position' && c.dragging && c.position) setHeld({ id: c.id, ...c.position });
        }}
        onNodeDrag={(event, node) => onTarget(under(node.id, event)?.plus.id)}
        onNodeDragStop={(event, node) => {
          const to = under(node.id, event);
          setHeld(undefined);
          onTarget(undefined);
          if (to) board.transfer(to.from, to.plus.spot);
        }}
      >
        <Background variant={BackgroundVariant.Dots} gap={22} size={1.6} color="var(--line)" />
        {parts.filter(isStop).length >= large && !board.shown && <MiniMap className={classes.map} pannable nodeColor={(n) => (n.type === 'lane' ? 'transparent' : 'var(--path)')} bgColor="var(--mantine-color-body)" maskColor="color-mix(in srgb, var(--page) 70%, transparent)" ariaLabel="Overview" />}
      </ReactFlow>
      <More parts={parts} />
      <Tools />
      <VisuallyHidden id={help}>
        Arrow keys go between the parts. Enter opens one. {!readOnly && 'Delete deletes it, plus adds a step behind it, Alt with an arrow key moves it, Control D doubles it.'}
      </VisuallyHidden>
    </div>
  );
}

function nodeOf(part: Part, readOnly: boolean, held?: { id: string; x: number; y: number }) {
  const { x, y, width, height } = part.box;
  const lifted = held?.id === part.id;
  return {
    id: part.id,
    type: types[part.type],
    position: lifted ? { x: held.x, y: held.y } : { x, y },
    data: { part },
    width,
    height,
    measured: { width, height },
    draggable: part.type === 'step' && !readOnly,
    zIndex: part.type === 'lane' ? -1 : lifted ? 10 : 1,
  };
}

/** The lines, moving where the run in work has records. */
function useEdges(lines: Line[], readOnly: boolean): LineEdge[] {
  const { run } = useBoard();
  return useMemo(() => {
    const active = isActive(run) && (run?.counts.read ?? 0) > 0;
    // A line that only leads to a plus sign goes where that does.
    const shown = lines.filter((line) => !readOnly || !line.free);
    return shown.map((line): LineEdge => ({ id: line.id, type: 'line', source: line.from, target: line.to, data: { line, moving: active && !line.quiet } }));
  }, [lines, readOnly, run]);
}

/** Puts the focus where something was done, once it is shown. */
function useFocus(area: React.RefObject<HTMLElement | null>, board: BoardState, parts: Part[]) {
  const reveal = useReveal();
  const { focus, focused } = board;
  useEffect(() => {
    if (focus?.on !== 'stop') return;
    const part = parts.find((p) => p.id === focus.id);
    if (!part) return;
    const timer = setTimeout(() => {
      area.current?.querySelector<HTMLElement>(`[data-stop="${CSS.escape(focus.id)}"]`)?.focus({ preventScroll: true });
      reveal(part.box);
      focused();
    });
    return () => clearTimeout(timer);
  }, [focus, focused, parts, area, reveal]);
}

/** Shows the flow when the canvas opens, and keeps the open part in view beside its pane. */
function useRightView({ shown }: BoardState, parts: Part[]) {
  const fit = useFit();
  const reveal = useReveal();
  const width = useStore((s) => s.width);
  const ready = width > 0;
  useEffect(() => {
    if (ready) fit(false);
  }, [ready, fit]);
  useSteadyMiddle();
  const box = parts.find((p) => p.id === shown)?.box;
  // The box is another object after each change; what counts is where it is.
  const { x, y } = box ?? {};
  useEffect(() => {
    // With the plus behind it: a step is most often entered to go on from there.
    const all = size.width + (size.gap + size.plus) / 2;
    if (ready && x !== undefined && y !== undefined) reveal({ x, y, width: all, height: size.height }, true);
  }, [ready, width, x, y, shown, reveal]);
}

/** Makes a connection from a step, and puts it there. */
function NewConnection({ board }: { board: BoardState }) {
  const { set, integration, returnTo } = useEditor();
  const connections = query.useQuery('get', '/api/v1/connections');
  const { creating } = board;
  if (!creating) return null;
  return (
    <ConnectionPane
      application={creating.application}
      integration={integration}
      returnTo={(name) => returnTo(pathText(creating.path.slice(0, -1)), name)}
      onSaved={(name) => {
        void connections.refetch();
        set(creating.path, name);
      }}
      onClose={board.stopCreating}
    />
  );
}
