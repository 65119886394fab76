import type { KeyboardEvent } from 'react';

import type { Part } from './layout';
import { type Direction, endStop, nextStop } from './reach';
import { callOf } from './useFacts';
import type { BoardState } from './useBoardState';

const arrows: Record<string, Direction> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' };

/** The keys of the canvas: arrows go between parts and with Alt move a step, Enter opens, Delete deletes, + adds behind. */
export function useKeys(parts: Part[], board: BoardState, readOnly: boolean) {
  const edit = (event: KeyboardEvent, part: Part): boolean => {
    if (part.type === 'step') {
      if (event.key === 'Delete' || event.key === 'Backspace') board.remove(part.spot, callOf(part));
      else if (event.altKey && event.key === 'ArrowLeft') board.move(part.spot, 'left');
      else if (event.altKey && event.key === 'ArrowRight') board.move(part.spot, 'right');
      else if ((event.ctrlKey || event.metaKey) && event.key === 'd') board.duplicate(part.spot);
      else return false;
      return true;
    }
    if (part.type === 'path' && event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
      board.movePath({ list: part.path.slice(0, -1), at: Number(part.path.at(-1)) }, event.key === 'ArrowUp' ? 'up' : 'down');
      return true;
    }
    if (event.key !== 'Delete' && event.key !== 'Backspace') return false;
    const path = part.type === 'path' ? part.path : part.type === 'source' && !part.alone ? part.source.path : undefined;
    if (!path || !(part.type === 'path' || part.type === 'source')) return false;
    board.remove({ list: path.slice(0, -1), at: Number(path.at(-1)) }, callOf(part));
    return true;
  };
  const walk = (event: KeyboardEvent, from: string): boolean => {
    if (event.altKey || event.ctrlKey || event.metaKey) return false;
    const direction = arrows[event.key];
    const to = direction ? nextStop(parts, from, direction) : event.key === 'Home' ? endStop(parts, 'first') : event.key === 'End' ? endStop(parts, 'last') : undefined;
    if (to) board.goTo(to.id);
    return to !== undefined || direction !== undefined;
  };
  return (event: KeyboardEvent<HTMLElement>) => {
    const target = event.target as HTMLElement;
    // Menus and panes are elsewhere in the document, though their events pass here.
    if (!event.currentTarget.contains(target)) return;
    const plus = parts.find((p) => p.id === target.dataset.plus && p.type === 'plus');
    const part = parts.find((p) => p.id === target.dataset.stop);
    const done = plus?.type === 'plus' ? walk(event, plus.behind[0] ?? '') : part ? (!readOnly && (edit(event, part) || add(event, part))) || walk(event, part.id) : false;
    if (done) event.preventDefault();
  };

  function add(event: KeyboardEvent, part: Part): boolean {
    if (event.key !== '+' && event.key !== 'Insert') return false;
    const plus = parts.find((p) => p.type === 'plus' && p.behind.includes(part.id));
    if (plus) board.setAdding(plus.id);
    return plus !== undefined;
  }
}
