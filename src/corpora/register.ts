import { type Digest, sha256 } from '../engine/digest.ts';
import type { CorpusEntry } from './entry.ts';
import { recordingAt } from './recording.ts';

/**
 * `pinned`: every recording has the bytes of the original. `unpinned`: it is this corpus, but some
 * recordings differ or lack. `unchecked`: nobody has pinned the original. `ambiguous`: one recording is there twice with different bytes and
 * neither is the original. `empty`: no recording of this corpus is below the folder.
 */
type Verdict = 'pinned' | 'unpinned' | 'unchecked' | 'ambiguous' | 'empty';

/** How a folder compares with a corpus table. Paths are relative to the folder. */
export interface Registration {
  readonly verdict: Verdict;
  /** Same bytes as the original. */
  readonly matched: readonly string[];
  /** Recognised by name, other bytes (resampled, another encoding). */
  readonly differing: readonly string[];
  /** Recognised by name, not in the pinned manifest. */
  readonly extra: readonly string[];
  /** Original paths of recordings that the folder lacks. */
  readonly missing: readonly string[];
  /** Present recordings that are broken in the original: left out, never counted as missing. */
  readonly knownBad: readonly string[];
  /** Recordings found twice with different bytes, as lists of paths. */
  readonly ambiguous: readonly (readonly string[])[];
  /** Files that are no recording of this corpus. */
  readonly ignored: number;
  /** What the data store keeps: usable recordings by relative path. */
  readonly manifest: Readonly<Record<string, Digest>>;
}

/**
 * Compares what lies in a folder with a corpus table. Pure.
 * @param files relative `/`-separated path to SHA-256 of every file below the folder. Recordings
 * are known by base name, so any layout of folders does.
 */
export function planRegistration(
  entry: CorpusEntry,
  files: Readonly<Record<string, Digest>>,
): Registration {
  const pinned = new Map(
    Object.entries(entry.manifest ?? {}).map(([path, d]) => [recordingAt(entry, path), d]),
  );
  const found = new Map<string, string[]>();
  const knownBad: string[] = [];
  let ignored = 0;
  for (const path of Object.keys(files).sort()) {
    const name = recordingAt(entry, path);
    if (name === undefined) ignored++;
    else if (entry.knownBad[name] !== undefined) knownBad.push(path);
    else found.set(name, [...(found.get(name) ?? []), path]);
  }

  const matched: string[] = [];
  const differing: string[] = [];
  const extra: string[] = [];
  const ambiguous: (readonly string[])[] = [];
  const manifest: Record<string, Digest> = {};
  for (const [name, paths] of found) {
    const original = paths.find((path) => files[path] === pinned.get(name));
    const path = original ?? paths[0] ?? '';
    if (original !== undefined) matched.push(path);
    else if (new Set(paths.map((each) => files[each])).size > 1) ambiguous.push(paths);
    else (pinned.has(name) ? differing : extra).push(path);
    manifest[path] = files[path] as Digest;
  }
  const missing = Object.keys(entry.manifest ?? {}).filter((path) => {
    const name = recordingAt(entry, path) ?? '';
    return entry.knownBad[name] === undefined && !found.has(name);
  });
  return {
    verdict: judge(),
    matched,
    differing,
    extra,
    missing,
    knownBad,
    ambiguous,
    ignored,
    manifest,
  };

  function judge(): Verdict {
    if (found.size === 0) return 'empty';
    if (ambiguous.length > 0) return 'ambiguous';
    if (entry.manifest === null) return 'unchecked';
    return differing.length + extra.length + missing.length === 0 ? 'pinned' : 'unpinned';
  }
}

/**
 * Identity of a set of recordings: over sorted (name, SHA-256), so neither the folder nor its
 * layout enters. Recordings that are broken in the original are left out, since they are dropped.
 */
export function manifestDigest(
  entry: CorpusEntry,
  manifest: Readonly<Record<string, string>>,
): Digest {
  const lines = Object.entries(manifest)
    .map(([path, digest]) => [recordingAt(entry, path), digest] as const)
    .filter(([name]) => name !== undefined && entry.knownBad[name] === undefined)
    .map(([name, digest]) => `${digest}  ${name}\n`)
    .sort();
  return sha256(lines.join(''));
}

/** True when the identity of recordings is that of exactly the original's bytes. */
export function isPinned(entry: CorpusEntry, manifest: Digest): boolean {
  return entry.manifest !== null && manifest === manifestDigest(entry, entry.manifest);
}

/** A registration in words, one sentence a line, for `affekt data add`. */
export function describeRegistration(
  entry: CorpusEntry,
  registration: Registration,
): readonly string[] {
  const { verdict, matched, differing, extra, missing, knownBad, ambiguous } = registration;
  const total = entry.recordings - Object.keys(entry.knownBad).length;
  if (verdict === 'empty') {
    return [
      `no recording of ${entry.title} is below this folder`,
      `Download it from ${entry.obtain}, unpack it, and give the folder.`,
    ];
  }
  const lines =
    verdict === 'unchecked'
      ? [
          `${extra.length} of ${total} recordings`,
          'No checksums of the original are known: every number will say "unpinned".',
        ]
      : [`${matched.length} of ${total} recordings have the original's bytes`];
  const say = (what: string, paths: readonly string[]): void => {
    if (paths.length > 0) lines.push(`${paths.length} ${what}: ${some(paths)}`);
  };
  say('differ from the original', differing);
  if (verdict !== 'unchecked') say('are not in the original', extra);
  say('are missing', missing);
  say(
    'are there twice with different bytes',
    ambiguous.map((paths) => paths.join(' and ')),
  );
  for (const path of knownBad) {
    lines.push(`${path} is left out: ${entry.knownBad[recordingAt(entry, path) ?? '']}`);
  }
  if (verdict === 'unpinned') {
    lines.push('Add --unpinned to use these bytes; every number will say "unpinned".');
  }
  if (verdict === 'ambiguous') lines.push('Delete one of each and add the folder again.');
  return lines;
}

function some(paths: readonly string[]): string {
  const rest = paths.length - 3;
  return paths.slice(0, 3).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
