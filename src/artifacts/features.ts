import { readFileSync, writeFileSync } from 'node:fs';
import {
  type ArtifactFiles,
  defineArtifact,
  type InputArtifact,
  type OutputArtifact,
  type Role,
} from '../engine/artifact.ts';
import type { Shard } from '../engine/stage.ts';
import { formatCsv } from '../util/csv.ts';
import { NpyReader, writeNpy } from '../util/npy.ts';
import { checkFeatures } from './features-check.ts';
import { columnsOf, type FeaturesDefinition, parseDefinition } from './features-definition.ts';
import {
  byShard,
  type FeatureRows,
  featureColumns,
  readFeatureIndex,
  shardFile,
} from './features-index.ts';
import { type PolicyFile, parsePolicy } from './policy.ts';

/** One utterance's features, row-major, frames × (channels × bands). */
export interface FeatureMatrix {
  readonly data: Float32Array;
  readonly frames: number;
  readonly channels: number;
  readonly bands: number;
}

export interface Features {
  readonly definition: FeaturesDefinition;
  /** What training does to them at random; null where nothing was asked for. */
  readonly policy: PolicyFile | null;
  readonly channels: number;
  /** Of each channel. */
  readonly bands: number;
  /** Sorted; only the allowed ones where the reader is restricted. */
  readonly ids: readonly string[];
  /** Frames of an utterance, from the index alone. Throws on an unknown id. */
  frames(id: string): number;
  /**
   * Reads utterances and notes them in the audit trail under `role`. Throws on an id that is not
   * in the index or that the reader was not opened for.
   */
  load(role: Role, ids: readonly string[]): Map<string, FeatureMatrix>;
}

/** Features were asked for a clip that their index does not have. */
export class UnknownUtterance extends Error {
  readonly id: string;
  constructor(id: string) {
    super(`features have no utterance "${id}"`);
    this.id = id;
  }
}

/** The features artifact. */
export const features = defineArtifact({
  type: 'features',
  summary: 'A frames × bands matrix per utterance (log-mel and the like), in one or more channels',
  validate: checkFeatures,
});

/** Writes `features.json`, `index.csv` (sorted by id) and links the shards. */
export function writeFeatures(
  output: OutputArtifact,
  definition: FeaturesDefinition,
  shards: readonly Shard[],
  rows: Iterable<FeatureRows>,
): void {
  writeTables(output, definition, rows);
  for (const [n, shard] of shards.entries()) output.link(shardFile(n), shard.digest);
}

/**
 * Writes features of the same clips and frames, each clip's from its own: `compute` gives a row-major
 * matrix of as many frames, with the columns that the definition says (channels × bands). Holds a shard of
 * them at a time. Clips that share their rows go on doing so, and `compute` sees one of them.
 * @throws TypeError where it gives another number of values.
 */
export function mapFeatures(
  input: InputArtifact,
  output: OutputArtifact,
  definition: FeaturesDefinition,
  compute: (id: string, matrix: FeatureMatrix) => Float32Array,
): void {
  const features = openFeatures(input);
  const columns = columnsOf(definition);
  const rows: FeatureRows[] = [];
  for (const [shard, clips] of byShard(readRows(input))) {
    const matrices = features.load(
      'apply',
      clips.map(({ id }) => id),
    );
    const parts: Float32Array[] = [];
    const moved = new Map<number, number>();
    let end = 0;
    for (const { id, offset, frames } of clips) {
      const matrix = matrices.get(id);
      if (!moved.has(offset) && matrix !== undefined) {
        const made = compute(id, matrix);
        if (made.length !== frames * columns) {
          throw new TypeError(
            `${id} has ${made.length} values instead of ${frames} frames × ${columns} columns`,
          );
        }
        parts.push(made);
        moved.set(offset, end);
        end += frames;
      }
      rows.push({ id, shard, offset: moved.get(offset) ?? 0, frames });
    }
    writeNpy(output.path(shardFile(shard)), columns, parts);
  }
  writeTables(output, definition, rows);
}

function readRows(input: ArtifactFiles): readonly FeatureRows[] {
  const index = readFeatureIndex(readFileSync(input.path('index.csv'), 'utf8'));
  if (!index.ok) throw new Error(index.error.join('; '));
  return index.value;
}

function writeTables(
  output: OutputArtifact,
  definition: FeaturesDefinition,
  rows: Iterable<FeatureRows>,
): void {
  const sorted = [...rows].sort((a, b) => (a.id < b.id ? -1 : 1));
  writeFileSync(output.path('features.json'), `${JSON.stringify(definition, null, 2)}\n`);
  writeFileSync(
    output.path('index.csv'),
    formatCsv(
      featureColumns,
      sorted.map(({ id, shard, offset, frames }) => [id, shard, offset, frames]),
    ),
  );
}

/** Reads `features.json` alone. Throws on a tree that the validator would refuse. */
export function readFeaturesDefinition(files: ArtifactFiles): FeaturesDefinition {
  const parsed = parseDefinition(readFileSync(files.path('features.json'), 'utf8'));
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

function readPolicy(files: ArtifactFiles): PolicyFile | null {
  if (files.files['policy.json'] === undefined) return null;
  const parsed = parsePolicy(readFileSync(files.path('policy.json'), 'utf8'));
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

/**
 * Opens features for reading. With `only`, every other id is out of reach: a fold's task is opened
 * for the ids of its fold, so that it cannot read a held-out utterance by mistake. Throws
 * UnknownUtterance on one of them that is not in the index.
 */
export function openFeatures(
  input: InputArtifact,
  { only }: { readonly only?: readonly string[] } = {},
): Features {
  const definition = readFeaturesDefinition(input);
  const { channels = 1, bands } = definition;
  const rows = new Map(readRows(input).map((row) => [row.id, row]));
  const allowed = only === undefined ? undefined : new Set(only);
  const find = (id: string): FeatureRows => {
    const row = rows.get(id);
    if (row === undefined) throw new UnknownUtterance(id);
    if (allowed !== undefined && !allowed.has(id)) {
      throw new Error(`features were not opened for utterance "${id}"`);
    }
    return row;
  };
  for (const id of only ?? []) find(id);
  return {
    definition,
    policy: readPolicy(input),
    channels,
    bands,
    ids: [...rows.keys()].filter((id) => allowed?.has(id) ?? true),
    frames: (id) => find(id).frames,
    load(role, ids) {
      const wanted = ids.map(find);
      input.consume(role, ids);
      return loadRows(input, { channels, bands }, wanted);
    },
  };
}

/** Reads the rows in the order of the shards, and returns them in the order asked for. */
function loadRows(
  files: ArtifactFiles,
  shape: Pick<FeatureMatrix, 'channels' | 'bands'>,
  wanted: readonly FeatureRows[],
): Map<string, FeatureMatrix> {
  const out = new Map<string, FeatureMatrix>(
    wanted.map(({ id, frames }) => [id, { data: new Float32Array(0), frames, ...shape }]),
  );
  for (const [shard, rows] of byShard(wanted)) {
    const reader = new NpyReader(files.path(shardFile(shard)));
    try {
      for (const { id, offset, frames } of rows) {
        out.set(id, { data: reader.read(offset, frames), frames, ...shape });
      }
    } finally {
      reader.close();
    }
  }
  return out;
}
