import { readFileSync } from 'node:fs';
import type { Digest } from '../engine/digest.ts';
import { type ChunkFile, readEntries } from '../engine/plan/each.ts';
import { parseCsv } from '../util/csv.ts';
import { type AuditTask, inputsOf, type Lineage } from './lineage.ts';

/**
 * Which sounds are one recording: itself, its copies, and what any stage made of it. Told by the tables of
 * corpora (a source; an id that gets another sound) and by the chunks of `each` stages, which say what they
 * made of what. A stage that renames clips or forgets their sources changes nothing of it.
 */
export class Recordings {
  readonly #parent = new Map<Digest, Digest>();
  readonly #heard = new Set<Digest>();
  readonly #alike: readonly (readonly [Digest, Digest])[];

  constructor(lineage: Lineage) {
    for (const task of lineage.tasks) this.#link(task, lineage);
    this.#alike = lineage.tasks.flatMap((task) => alikeIn(task, lineage));
  }

  /** Origins of other recordings that an analysis of the run found to sound nearly like this one. */
  alike(origin: Digest): readonly Digest[] {
    return this.#alike
      .map((pair) => pair.map((one) => this.origin(one)))
      .filter((pair) => pair.includes(origin))
      .map(([a, b]) => (a === origin ? b : a) as Digest)
      .filter((one) => one !== origin);
  }

  /** Whether a table of the run has a clip with this sound. */
  knows(audio: Digest): boolean {
    return this.#heard.has(audio);
  }

  /** One and the same digest for all sounds of a recording. */
  origin(audio: Digest): Digest {
    let root = audio;
    for (let up = this.#parent.get(root); up !== undefined; up = this.#parent.get(root)) root = up;
    return root;
  }

  #join(a: Digest, b: Digest): void {
    const [one, other] = [this.origin(a), this.origin(b)];
    if (one !== other) this.#parent.set(one, other);
  }

  #link(task: AuditTask, lineage: Lineage): void {
    const clips = (digests: readonly Digest[]) =>
      digests.flatMap((digest) => lineage.corpus(digest)?.utterances ?? []);
    const made = clips(Object.values(task.record.outputs).map(({ digest }) => digest));
    for (const { audio } of made) this.#heard.add(audio);
    if (made.length === 0) return;
    const inputs = inputsOf(task);
    const given = clips(inputs);
    const before = new Set(given.map(({ audio }) => audio));
    const was = soundsById(given);
    const now = soundsById(made);
    for (const { id, source, audio } of made) {
      const of = source === '' ? undefined : (now.get(source) ?? was.get(source));
      if (of !== undefined) this.#join(audio, of);
      const own = before.has(audio) ? undefined : was.get(id);
      if (own !== undefined) this.#join(audio, own);
    }
    for (const digest of inputs) {
      const files = lineage.artifact(digest);
      if (files?.files['files.json'] === undefined) continue;
      for (const { item, file } of readEntries<ChunkFile>(files.path('files.json'))) {
        const sound = files.files[file];
        if (sound !== undefined && before.has(item)) this.#join(item, sound);
      }
    }
  }
}

/** Sounds by id; an id that two corpora give to two sounds tells nothing. */
function soundsById(
  clips: readonly { readonly id: string; readonly audio: Digest }[],
): ReadonlyMap<string, Digest | undefined> {
  const found = new Map<string, Digest | undefined>();
  for (const { id, audio } of clips) {
    found.set(id, found.has(id) && found.get(id) !== audio ? undefined : audio);
  }
  return found;
}

/** Pairs of near duplicates that an analysis names, by their sounds. */
function alikeIn(task: AuditTask, lineage: Lineage): readonly (readonly [Digest, Digest])[] {
  const sounds = soundsById(
    inputsOf(task).flatMap((digest) => lineage.corpus(digest)?.utterances ?? []),
  );
  return Object.values(task.record.outputs).flatMap(({ type, digest }) => {
    const files = type === 'analysis' ? lineage.artifact(digest) : undefined;
    if (files?.files['duplicates.csv'] === undefined) return [];
    const { rows } = parseCsv(readFileSync(files.path('duplicates.csv'), 'utf8'));
    return rows.flatMap(([a = '', b = '', kind]) => {
      const [one, other] = [sounds.get(a), sounds.get(b)];
      return kind === 'near' && one && other ? [[one, other] as const] : [];
    });
  });
}
