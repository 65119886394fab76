/** How many steps back are kept. */
export const depth = 200;

/** A pause after which typing in one place counts as something new, in milliseconds. */
const pause = 1_500;

/** A text, what it was before, and what was taken back. */
export interface History {
  past: string[];
  text: string;
  future: string[];
  last?: Change;
}

/** What belongs together is taken back together. */
export interface Change {
  /** Changes of one event belong together, whatever they are about. */
  event: number;
  /** Where something was entered. What is entered in one place, one after another, belongs together. */
  place?: string;
  /** When, in milliseconds: given where a pause ends what belongs together. */
  at?: number;
}

export function began(text: string): History {
  return { past: [], text, future: [] };
}

/** Takes a new text. */
export function changed(history: History, text: string, change: Change): History {
  if (text === history.text) return history;
  const { last } = history;
  if (last && history.past.length > 0 && together(last, change)) return { ...history, text, future: [], last: change };
  return { past: [...history.past, history.text].slice(-depth), text, future: [], last: change };
}

function together(last: Change, next: Change): boolean {
  if (last.event === next.event) return true;
  if (next.place === undefined || last.place !== next.place) return false;
  return next.at === undefined || last.at === undefined || next.at - last.at < pause;
}

export function undone(history: History): History {
  const text = history.past.at(-1);
  return text === undefined ? history : { past: history.past.slice(0, -1), text, future: [history.text, ...history.future] };
}

export function redone(history: History): History {
  const [text, ...future] = history.future;
  return text === undefined ? history : { past: [...history.past, history.text], text, future };
}
