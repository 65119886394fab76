import type { Completion, CompletionSource } from '@codemirror/autocomplete';

import type { Schema } from '../../../flow/schema';
import { placeAt, type TypingPlace } from './place';

/** Names of what a flow file may refer to. */
export interface Names {
  connections: string[];
  integrations: string[];
  flows: string[];
}

/** Offers the keys of flow files with what they are for, and the values that are known. */
export function flowCompletion(schema: Schema, names: Names): CompletionSource {
  return ({ state, pos, explicit }) => {
    const place = placeAt(state.doc.toString(), pos);
    if (!place || (!explicit && place.word === '' && !place.key)) return null;
    const options = optionsAt(place, schema, names);
    return options.length > 0 ? { from: place.from, options, validFor: /^[\w.@-]*$/ } : null;
  };
}

/** What may be typed at a place. */
export function optionsAt(place: TypingPlace, schema: Schema, names: Names): Completion[] {
  let at: Schema | undefined = schema;
  for (const key of place.within) at = within(at)?.properties?.[key];
  if (place.key) return values(place.key, within(at)?.properties?.[place.key], names);
  if (place.item && at?.items && !at.items.properties) return values(place.within.at(-1) ?? '', at.items, names);
  const object = within(at);
  return Object.entries(object?.properties ?? {})
    .filter(([key]) => !place.taken.includes(key))
    .map(([key, of]) => ({
      label: key,
      type: 'property',
      detail: object?.required?.includes(key) ? 'required' : undefined,
      info: about(of),
      apply: written(key, of, place.column),
      boost: object?.required?.includes(key) ? 1 : 0,
    }));
}

function within(schema: Schema | undefined): Schema | undefined {
  return schema?.items ?? schema;
}

function values(key: string, schema: Schema | undefined, names: Names): Completion[] {
  const known = { connection: names.connections, integration: names.integrations, next: names.flows }[key];
  if (known) return known.map((label) => ({ label, type: 'constant' }));
  if (schema?.enum) return schema.enum.map((word) => ({ label: word ?? 'null', type: 'constant' }));
  return schema?.type === 'boolean' ? ['true', 'false'].map((label) => ({ label, type: 'constant' })) : [];
}

/** A key as it is put into the text: ready for what comes behind it. */
function written(key: string, of: Schema, column: number): string {
  const inner = `\n${' '.repeat(column + 2)}`;
  if (of.properties) return `${key}:${inner}`;
  if (of.type === 'array') return `${key}:${inner}- `;
  return `${key}: `;
}

/** The first sentences of a description. */
function about({ description = '' }: Schema): string | undefined {
  const [first = ''] = description.split('\n\n');
  return first.length > 320 ? `${first.slice(0, first.lastIndexOf(' ', 318))} …` : first || undefined;
}
