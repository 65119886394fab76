import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** A package as the server tells of it: the form of internal/licence.Part. */
interface Part {
  name: string;
  version: string;
  licence: string;
  text: string;
}

const licenceFile = /^(licen[cs]e|copying|notice)([-.].*)?$/i;

/** The folder of the package that a module is of, undefined for what is our own. */
export function folderOf(id: string): string | undefined {
  const path = id.replace(/^\0/, '').split('?')[0] ?? '';
  const at = path.lastIndexOf('/node_modules/');
  if (at < 0) {
    return undefined;
  }
  const rest = path.slice(at + '/node_modules/'.length).split('/');
  const depth = rest[0]?.startsWith('@') ? 2 : 1;
  return path.slice(0, at) + '/node_modules/' + rest.slice(0, depth).join('/');
}

interface About {
  name: string;
  version: string;
  license?: string;
  author?: string | { name: string };
}

/** The text of the MIT licence, for packages that name it and hold no text. */
function mit(about: About): string {
  const author = typeof about.author === 'string' ? about.author.replace(/ <.*$/, '') : (about.author?.name ?? `the authors of ${about.name}`);
  return `MIT License

Copyright (c) ${author}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;
}

/** What a package says of its licence. One that has none, or no text of it, ends the build. */
export function describe(folder: string): { part: Omit<Part, 'text'>; text: string } {
  const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as About;
  const texts = readdirSync(folder)
    .filter((name) => licenceFile.test(name))
    .toSorted()
    .map((name) => readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n').trim());
  if (texts.length === 0 && about.license === 'MIT') {
    texts.push(mit(about));
  }
  if (about.license === undefined || texts.length === 0) {
    throw new Error(`${about.name} ${about.version} says ${about.license ?? 'no licence'}, and its text is ${texts.length === 0 ? 'not there' : 'there'}: find it before the package is given on`);
  }
  return { part: { name: about.name, version: about.version, licence: about.license }, text: texts.join('\n\n' + '-'.repeat(72) + '\n\n') };
}

/** Adds .licences.json.gz to the build: the packages whose code is in it, for the page that tells of them. */
export function licences(): Plugin {
  return {
    name: 'licences',
    apply: 'build',
    generateBundle() {
      const folders = new Set<string>();
      for (const id of this.getModuleIds()) {
        const folder = folderOf(id);
        if (folder !== undefined && existsSync(join(folder, 'package.json'))) {
          folders.add(folder);
        }
      }
      const parts = new Map<string, Part>();
      const texts: Record<string, string> = {};
      for (const folder of folders) {
        const { part, text } = describe(folder);
        const key = createHash('sha256').update(text).digest('hex').slice(0, 16);
        texts[key] = text;
        parts.set(`${part.name} ${part.version}`, { ...part, text: key });
      }
      const sorted = [...parts.values()].toSorted((a, b) => a.name.localeCompare(b.name, 'en'));
      this.emitFile({ type: 'asset', fileName: '.licences.json.gz', source: gzipSync(JSON.stringify({ parts: sorted, texts }), { level: 9 }) });
    },
  };
}
