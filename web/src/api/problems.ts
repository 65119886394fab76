import { ApiError } from './client';
import type { Problem } from './schema';

/** What is wrong with an input, by the path of the field: "name", "steps[1].import.record". */
export function problemsAt(error: unknown): Record<string, string> {
  const found: Record<string, string> = {};
  for (const p of problemsOf(error)) found[p.path] ??= sentence(p);
  return found;
}

/** Everything that is wrong with an input, as the server told it. */
export function problemsOf(error: unknown): Problem[] {
  return error instanceof ApiError ? (error.body.problems ?? []) : [];
}

/** Message and remedy as one text, for a place under a field. */
export function sentence({ message, remedy }: Pick<Problem, 'message' | 'remedy'>): string {
  const first = message.charAt(0).toUpperCase() + message.slice(1);
  return remedy ? `${first}. ${remedy}` : first;
}
