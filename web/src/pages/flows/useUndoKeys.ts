import { useEffect } from 'react';

import type { FlowText } from './useFlowText';

/** Takes back and brings again by the keyboard: everywhere on the page but in fields of other things. */
export function useUndoKeys({ undo, redo }: Pick<FlowText, 'undo' | 'redo'>, readOnly: boolean) {
  useEffect(() => {
    if (readOnly) return;
    const press = (event: KeyboardEvent) => {
      const key = event.key.toLowerCase();
      if (!(event.ctrlKey || event.metaKey) || event.altKey || (key !== 'z' && key !== 'y') || !ours(event.target)) return;
      // Before an editor of code takes it for its own text alone.
      event.preventDefault();
      event.stopPropagation();
      if (key === 'y' || event.shiftKey) redo();
      else undo();
    };
    window.addEventListener('keydown', press, { capture: true });
    return () => window.removeEventListener('keydown', press, { capture: true });
  }, [undo, redo, readOnly]);
}

/** What changes the flow's text says so by data-undo; in other fields and dialogs the keys keep their meaning. */
function ours(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return true;
  if (target.closest('[data-undo]')) return true;
  if (target.closest('[role="dialog"]')) return false;
  return !target.closest('input, textarea, [contenteditable="true"]');
}
