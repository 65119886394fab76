import { type Draft, type Path, pathText } from './document';
import { flowUpTo } from './mapped';

// A step is some steps deep, within paths of branches.
const condition = /^(?:exports\[\d+\]\.filter|export\.filter|steps\[\d+\](?:\.branch\.paths\[\d+\]\.steps\[\d+\])*\.(?:filter\.if|import\.when|branch\.paths\[\d+\]\.if))$/;

/** Whether a place of a flow holds a condition over records on their way through it. */
export function isCondition(path: Path): boolean {
  return condition.test(pathText(path));
}

/** The flow that gives the records of which a condition decides. */
export function flowBefore(flow: Draft, path: Path): Draft {
  if (path[0] === 'steps') {
    const at = path.findLastIndex((key, n) => typeof key === 'number' && path[n - 1] === 'steps');
    return flowUpTo(flow, path.slice(0, at + 1));
  }
  const own = path[0] === 'export' ? flow.export : flow.exports?.[Number(path[1])];
  // The records that a filter keeps out are among those that it decides of.
  const rest = Object.fromEntries(Object.entries(own ?? {}).filter(([key]) => key !== 'filter' && key !== 'name'));
  return { name: flow.name || 'preview', export: rest as Draft['export'] };
}
