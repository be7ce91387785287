import { existsSync, readFileSync } from 'node:fs';
import { readCorpus } from '../artifacts/corpus.ts';
import { readFeatureIndex, shardFile } from '../artifacts/features-index.ts';
import type { ArtifactFiles } from '../engine/artifact.ts';
import { some } from './consumption.ts';
import type { Findings } from './findings.ts';
import { type AuditTask, inputsOf, type Lineage } from './lineage.ts';

/** Where rows of features are: object, first row, number of rows. */
type Places = ReadonlyMap<string, string>;

/**
 * A stage that passes features on must leave each clip its own. Giving a clip the rows of another one makes no
 * new content, and can make every clip look like its class.
 */
export function checkPlacement(task: AuditTask, lineage: Lineage, findings: Findings): void {
  const inputs = inputsOf(task).flatMap((digest) => lineage.artifact(digest) ?? []);
  const before = [
    ...inputs.filter(({ type }) => type === 'features').map(placesOf),
    chunkPlaces(inputs),
  ].filter((places) => places.size > 0);
  if (before.length === 0) return;
  for (const output of Object.values(task.record.outputs)) {
    const files = output.type === 'features' ? lineage.artifact(output.digest) : undefined;
    if (files === undefined) continue;
    const moved = [...placesOf(files)].flatMap(([id, place]) => {
      const own = before.flatMap((places) => places.get(id) ?? []);
      return own.length > 0 && !own.includes(place) ? [id] : [];
    });
    if (moved.length === 0) continue;
    const message = `gives ${moved.length} clips the features of other clips (${some(moved.sort())})`;
    findings.add('leak', 'moved', task.address, message);
  }
}

/** By id of the clip. */
function placesOf(files: ArtifactFiles): Places {
  const index = readFeatureIndex(text(files, 'index.csv'));
  if (!index.ok) return new Map();
  return new Map(
    index.value.map(({ id, shard, offset, frames }) => [
      id,
      `${files.files[shardFile(shard)]} ${offset} ${frames}`,
    ]),
  );
}

interface ChunkRow {
  readonly item: string;
  readonly offset: number;
  readonly rows: number;
}

/** What chunks made of each clip's sound, by id of the clip. */
function chunkPlaces(inputs: readonly ArtifactFiles[]): Places {
  const byItem = new Map<string, string>();
  for (const files of inputs) {
    const data = files.files['data.npy'];
    if (data === undefined || files.files['rows.json'] === undefined) continue;
    for (const { item, offset, rows } of JSON.parse(
      text(files, 'rows.json') || '[]',
    ) as ChunkRow[]) {
      byItem.set(item, `${data} ${offset} ${rows}`);
    }
  }
  const corpora = inputs.filter(({ type }) => type === 'corpus');
  return new Map(
    corpora.flatMap((files) =>
      readCorpus(files).utterances.flatMap(({ id, audio }) => {
        const place = byItem.get(audio);
        return place === undefined ? [] : [[id, place] as const];
      }),
    ),
  );
}

function text(files: ArtifactFiles, file: string): string {
  const path = files.files[file] === undefined ? '' : files.path(file);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
