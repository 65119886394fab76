import type { Extension } from '@codemirror/state';

import type { Language } from './CodeEditor';

const loaders: Record<Language, () => Promise<Extension>> = {
  yaml: async () => (await import('@codemirror/lang-yaml')).yaml(),
  json: async () => (await import('@codemirror/lang-json')).json(),
  sql: async () => (await import('./sql')).suiteQL(),
  bloblang: async () => (await import('./bloblang')).bloblang(),
  text: () => Promise.resolve([]),
};

/** What colours a language. Each is a file of its own, loaded when it is first wanted. */
export function languageOf(language: Language): Promise<Extension> {
  return loaders[language]();
}
