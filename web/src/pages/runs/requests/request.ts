import type { RunRequest } from '../../../api/schema';
import { durationText } from '../../../parts/duration';
import { bytesText } from '../../../parts/numbers';

/** What became of a request, for its colour. */
export function outcomeOf(r: RunRequest, slow: number): 'failed' | 'slow' | 'good' {
  if (r.failure) return 'failed';
  return r.took_ms >= slow ? 'slow' : 'good';
}

/** What a request was, in words where they are known. */
export function whatOf(r: RunRequest): string {
  return r.what ?? `${r.method} ${r.path ?? ''}`.trim();
}

/** How it ended: a status, a code, or that all was well. */
export function answerOf(r: RunRequest): string {
  if (r.failure) return r.status && r.failure !== String(r.status) ? `${r.status} ${r.failure}` : r.failure;
  return r.status ? String(r.status) : 'done';
}

/** Everything about a request, for who points at it. */
export function titleOf(r: RunRequest): string {
  const size = r.sent || r.received ? `${bytesText(r.sent)} sent, ${bytesText(r.received)} received` : '';
  const lines = [
    `${whatOf(r)}${r.attempt > 1 ? ` (attempt ${r.attempt})` : ''}: ${answerOf(r)}`,
    r.path ? `${r.method} ${r.path}` : '',
    `took ${durationText(r.took_ms)}, waited ${durationText(r.waited_ms)} for a slot`,
    size,
    r.step ? `step ${r.step}` : '',
  ];
  return lines.filter(Boolean).join('\n');
}
