import { existsSync, readFileSync } from 'node:fs';
import { readFeatureIndex, shardFile } from '../artifacts/features-index.ts';
import type { ArtifactFiles } from '../engine/artifact.ts';
import type { Digest } from '../engine/digest.ts';
import { type ChunkRow, readEntries } from '../engine/plan/each.ts';
import { groupBy } from '../util/group-by.ts';
import { type AuditTask, inputsOf, type Lineage } from './lineage.ts';
import type { Recordings } from './recordings.ts';

/** Rows of an object, and the sounds that they were made of. */
interface Piece {
  readonly object: Digest;
  readonly from: number;
  readonly to: number;
  readonly sounds: readonly Digest[];
}

type Sounds = ReadonlyMap<string, readonly Digest[]>;

/** What features were made of, followed by content through the tasks that made them, whatever clips are called. */
export class FeatureSounds {
  readonly #lineage: Lineage;
  readonly #recordings: Recordings;
  readonly #known = new Map<Digest, Sounds>();

  constructor(lineage: Lineage, recordings: Recordings) {
    this.#lineage = lineage;
    this.#recordings = recordings;
  }

  /** Ids with the sounds whose rows they have; an id is absent where that cannot be told. */
  of(features: Digest): Sounds {
    const known = this.#known.get(features) ?? this.#find(features);
    this.#known.set(features, known);
    return known;
  }

  /** The task that gave an id of these features what it had not before; `undefined` where none did. */
  mover(features: Digest, id: string): AuditTask | undefined {
    const task = this.#lineage.producer(features);
    if (task === undefined) return undefined;
    const inputs = this.#features(task);
    const here = this.#originsOf(features, id);
    const above = inputs.find((input) => this.#originsOf(input, id) === here);
    if (above !== undefined) return this.mover(above, id);
    return task.foreign ? task : undefined;
  }

  #originsOf(features: Digest, id: string): string {
    const sounds = this.of(features).get(id) ?? [];
    return [...new Set(sounds.map((one) => this.#recordings.origin(one)))].sort().join();
  }

  #features(task: AuditTask): readonly Digest[] {
    return inputsOf(task).filter((digest) => this.#lineage.artifact(digest)?.type === 'features');
  }

  #find(features: Digest): Sounds {
    const task = this.#lineage.producer(features);
    const files = this.#lineage.artifact(features);
    if (task === undefined || files === undefined) return new Map();
    const [first] = this.#features(task);
    // What a release makes of features, it makes of each clip by itself, under its id.
    if (!task.foreign && first !== undefined) return this.of(first);
    const pieces = groupBy(this.#pieces(task), ({ object }) => object);
    return new Map(
      rowsOf(files).flatMap(({ id, shard, offset, frames }) => {
        const object = files.files[shardFile(shard)] as Digest;
        const own = (pieces.get(object) ?? []).filter(
          ({ from, to }) => from < offset + frames && offset < to,
        );
        return own.length === 0 ? [] : [[id, own.flatMap(({ sounds }) => sounds)] as const];
      }),
    );
  }

  /** What the chunks and the features that a task was given hold of which sounds. */
  #pieces(task: AuditTask): readonly Piece[] {
    return inputsOf(task).flatMap((digest): readonly Piece[] => {
      const files = this.#lineage.artifact(digest);
      const data = files?.files['data.npy'];
      if (files?.type === 'features') {
        const sounds = this.of(digest);
        return rowsOf(files).flatMap(({ id, shard, offset, frames }) => {
          const object = files.files[shardFile(shard)];
          const own = sounds.get(id);
          if (object === undefined || own === undefined) return [];
          return [{ object, from: offset, to: offset + frames, sounds: own }];
        });
      }
      if (data === undefined || files?.files['rows.json'] === undefined) return [];
      return readEntries<ChunkRow>(files.path('rows.json')).flatMap(({ item, offset, rows }) =>
        this.#recordings.knows(item)
          ? [{ object: data, from: offset, to: offset + rows, sounds: [item] }]
          : [],
      );
    });
  }
}

function rowsOf(files: ArtifactFiles) {
  const path = files.files['index.csv'] === undefined ? '' : files.path('index.csv');
  const index = readFeatureIndex(existsSync(path) ? readFileSync(path, 'utf8') : '');
  return index.ok ? index.value : [];
}
