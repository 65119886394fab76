import { type Draft, pathText, type Path } from './document';
import type { Schema } from './schema';

/** A value that is no list, no object or no text where the schema wants one. */
export interface Misfit {
  path: string;
  message: string;
}

/**
 * A flow as it was typed, in a shape that pages can show: texts are texts, lists are lists,
 * objects are objects or missing. Where that is not so, a misfit says what is not; whether a
 * value is right is for the server to say.
 */
export function shaped(value: unknown, schema: Schema): { flow: Draft } | { misfit: Misfit } {
  try {
    return { flow: (fit(value ?? {}, schema, []) ?? {}) as Draft };
  } catch (e) {
    if (e instanceof Misshapen) return { misfit: e.misfit };
    throw e;
  }
}

class Misshapen extends Error {
  constructor(readonly misfit: Misfit) {
    super(misfit.message);
  }
}

function fit(value: unknown, schema: Schema, path: Path): unknown {
  if (value === null || value === undefined) return value;
  const isObject = typeof value === 'object';
  const wrong = (wanted: string) => new Misshapen({ path: pathText(path), message: `${path.length ? pathText(path) : 'the flow'} has to be ${wanted}` });
  switch (schema.type) {
    case 'string':
      if (isObject) throw wrong('a text');
      return String(value as string | number | boolean);
    case 'array':
      if (!Array.isArray(value)) throw wrong('a list');
      return value.map((item, n) => {
        if (item === null && schema.items?.type === 'object') throw new Misshapen({ path: pathText([...path, n]), message: `${pathText([...path, n])} has nothing in it` });
        return fit(item, schema.items ?? {}, [...path, n]);
      });
    case 'object':
      if (!isObject || Array.isArray(value)) throw wrong('keys with values');
      return Object.fromEntries(Object.entries(value).map(([key, of]) => [key, fit(of, schema.properties?.[key] ?? {}, [...path, key])]));
  }
  return value;
}
