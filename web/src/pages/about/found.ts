import type { LicencePart } from '../../api/schema';

/** The parts whose name, version or licence has all words of a search. */
export function found(items: LicencePart[], search: string): LicencePart[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return items.filter((p) => {
    const text = `${p.name} ${p.version} ${p.licence}`.toLowerCase();
    return words.every((w) => text.includes(w));
  });
}
