import { type Digest, parseDigest } from '../engine/digest.ts';
import { isJsonObject } from '../util/json.ts';

/** One of the corpora that a merged corpus holds. */
export interface CorpusPart {
  readonly name: string;
  readonly title: string;
  readonly manifest: Digest;
  readonly pinned: boolean;
}

/** What stands between a part's name and what it names: `emodb:03a01Fa`. */
const separator = ':';

/** An id, a speaker or a text as it is called beside those of other corpora. Empty stays empty: unknown. */
export function inPart(part: string, name: string): string {
  return name === '' ? '' : `${part}${separator}${name}`;
}

/** Why a corpus of this name cannot be told from others in a merged one; `undefined` when it can. */
export function checkPartName(name: string): string | undefined {
  return name.includes(separator) ? `"${name}" holds a colon` : undefined;
}

/** The part that an id belongs to. */
export function partOf(parts: readonly CorpusPart[], id: string): string | undefined {
  return parts.find(({ name }) => id.startsWith(`${name}${separator}`))?.name;
}

/** The corpus that a clip was recorded for: the part's name in a merged corpus, else the corpus's own. */
export function corpusNameOf(
  info: { readonly name: string; readonly parts?: readonly CorpusPart[] },
  id: string,
): string {
  return (info.parts && partOf(info.parts, id)) ?? info.name;
}

/** What is wrong with `parts` of a corpus.json; `undefined` when it is good or absent. */
export function checkParts(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || value.length < 2) return 'parts must list at least two corpora';
  const names = new Set<string>();
  for (const part of value as readonly unknown[]) {
    if (!isJsonObject(part)) return 'a part must be an object';
    const { name, title, manifest, pinned } = part;
    if (typeof name !== 'string' || name === '') return 'a part has no name';
    if (checkPartName(name) !== undefined) return `the name of a part, ${checkPartName(name)}`;
    if (names.has(name)) return `two parts are called "${name}"`;
    if (typeof title !== 'string') return `part "${name}" has no title`;
    if (typeof manifest !== 'string' || parseDigest(manifest) === undefined) {
      return `the manifest of part "${name}" must be a SHA-256`;
    }
    if (typeof pinned !== 'boolean') return `pinned of part "${name}" must be true or false`;
    names.add(name);
  }
  return undefined;
}
