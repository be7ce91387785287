import { readFileSync } from 'node:fs';
import type { ArtifactFiles } from '../engine/artifact.ts';
import { firstNotFinite } from '../util/finite.ts';
import { NpyReader } from '../util/npy.ts';
import { columnsOf, type FeaturesDefinition, parseDefinition } from './features-definition.ts';
import { byShard, type FeatureRows, readFeatureIndex, shardFile } from './features-index.ts';
import { parsePolicy } from './policy.ts';

/** What is wrong with a features tree: definition, policy, index, shards; every number must be finite. */
export function checkFeatures(files: ArtifactFiles): readonly string[] {
  const missing = ['features.json', 'index.csv'].filter((file) => files.files[file] === undefined);
  if (missing.length > 0) return missing.map((file) => `${file} is missing`);
  const definition = parseDefinition(readFileSync(files.path('features.json'), 'utf8'));
  if (!definition.ok) return [definition.error];
  if (files.files['policy.json'] !== undefined) {
    const policy = parsePolicy(readFileSync(files.path('policy.json'), 'utf8'));
    if (!policy.ok) return [policy.error];
  }
  const index = readFeatureIndex(readFileSync(files.path('index.csv'), 'utf8'));
  if (!index.ok) return index.error;
  return [...byShard(index.value)].flatMap(([shard, rows]) =>
    checkShard(files, shardFile(shard), definition.value, rows),
  );
}

function checkShard(
  files: ArtifactFiles,
  file: string,
  definition: FeaturesDefinition,
  rows: readonly FeatureRows[],
): readonly string[] {
  if (files.files[file] === undefined) return [`${file} is missing (needed by "${rows[0]?.id}")`];
  let reader: NpyReader | undefined;
  try {
    reader = new NpyReader(files.path(file));
    const { shape } = reader;
    if (shape.columns !== columnsOf(definition)) {
      const { bands, channels = 1 } = definition;
      const wanted = channels === 1 ? `${bands} bands` : `${channels} channels of ${bands} bands`;
      return [`${file} has ${shape.columns} columns, features.json says ${wanted}`];
    }
    const outside = rows.find(({ offset, frames }) => offset + frames > shape.rows);
    if (outside !== undefined) {
      return [`"${outside.id}" reaches beyond the ${shape.rows} rows of ${file}`];
    }
    return [...checkOverlap(file, rows), ...checkFinite(file, reader, rows)];
  } catch (error) {
    // Messages of the reader hold the object's path; artifacts are named by their own file names.
    const text = error instanceof Error ? error.message : String(error);
    return [`${file}: ${text.replace(`${files.path(file)} `, '')}`];
  } finally {
    reader?.close();
  }
}

/** Ranges may be equal (two utterances with the same sound), but not half inside each other. */
function checkOverlap(file: string, rows: readonly FeatureRows[]): readonly string[] {
  const sorted = [...rows].sort((a, b) => a.offset - b.offset || a.frames - b.frames);
  return sorted.flatMap((row, i) => {
    const before = sorted[i - 1];
    if (before === undefined || before.offset + before.frames <= row.offset) return [];
    if (before.offset === row.offset && before.frames === row.frames) return [];
    return [`"${before.id}" and "${row.id}" overlap in ${file}`];
  });
}

function checkFinite(
  file: string,
  reader: NpyReader,
  rows: readonly FeatureRows[],
): readonly string[] {
  const most = rows.reduce((max, { frames }) => Math.max(max, frames), 0);
  // One for all rows: to allocate each anew takes as long as to look at it.
  const kept = new Float32Array(most * reader.shape.columns);
  const bad = rows.filter(
    ({ offset, frames }) => firstNotFinite(reader.read(offset, frames, kept)) >= 0,
  );
  return bad.map(({ id }) => `"${id}" has a value in ${file} that is not a finite number`);
}
