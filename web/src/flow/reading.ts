import { parseDocument } from 'yaml';

import type { Draft } from './document';
import { type Position, positions, unreadable } from './position';
import type { Schema } from './schema';
import { shaped } from './shape';

/** Why a text is no flow that could be shown, and where. */
export interface Broken extends Position {
  message: string;
}

export type Reading = { flow: Draft; broken?: undefined } | { flow?: undefined; broken: Broken };

/** Reads a flow file as it was typed. */
export function readFlow(text: string, schema: Schema): Reading {
  const problem = unreadable(text);
  if (problem) return { broken: problem };
  let value: unknown;
  try {
    value = parseDocument(text).toJS();
  } catch (e) {
    // References to what is not there, or far too many of them.
    return { broken: { line: 1, column: 1, message: e instanceof Error ? e.message : String(e) } };
  }
  const fit = shaped(value, schema);
  return 'flow' in fit ? fit : { broken: { ...positions(text)(fit.misfit.path), message: fit.misfit.message } };
}
