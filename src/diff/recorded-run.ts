import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Corpus, readCorpus } from '../artifacts/corpus.ts';
import { readMetrics } from '../artifacts/evaluation.ts';
import { readModels } from '../artifacts/models.ts';
import type { ArtifactFiles } from '../engine/artifact.ts';
import { lost } from '../engine/cache/evicted.ts';
import type { CachePaths } from '../engine/cache/paths.ts';
import type { Records } from '../engine/cache/records.ts';
import type { Digest } from '../engine/digest.ts';
import { readTasks, type StoredRun } from '../engine/record/runs.ts';
import type { RecordedOutput, RunTask } from '../engine/record/types.ts';
import type { Json } from '../util/json.ts';
import { parseDocument } from '../util/yaml.ts';
import type { RecordedSet } from './compare-sets.ts';

/** What a run left behind: settings from its folder, numbers and predictions from the cache. */
export interface RecordedRun {
  readonly id: string;
  readonly spec: Json;
  readonly provenance: Json;
  readonly environment: Json;
  readonly affekt: string;
  readonly tasks: readonly RunTask[];
  readonly sets: readonly RecordedSet[];
  /** Of the first set. */
  readonly corpus: { readonly corpus: Corpus; readonly files: ArtifactFiles } | undefined;
}

/** Throws where an object that is needed is no longer in the cache. */
export function readRecordedRun(
  { folder, info }: StoredRun,
  { paths, records }: { readonly paths: CachePaths; readonly records: Records },
): RecordedRun {
  const tasks = readTasks(folder);
  const outputs = new Map<Digest, RecordedOutput>();
  const read = tasks.flatMap(({ address, kind, key }) => {
    const record = records.read(key);
    if (record === undefined && kind === 'evaluate')
      throw new Error(`the record of ${address} ${lost}`);
    return record ?? [];
  });
  for (const record of read) {
    for (const output of Object.values(record.outputs)) outputs.set(output.digest, output);
  }
  const filesOf = (digest: Digest | undefined): ArtifactFiles | undefined => {
    const output = digest === undefined ? undefined : outputs.get(digest);
    return (
      output && {
        ...{ type: output.type, files: output.files },
        path: (file) => paths.object(output.files[file] as Digest),
      }
    );
  };
  const sets: RecordedSet[] = [];
  let corpus: RecordedRun['corpus'];
  for (const { kind, inputs, outputs: made } of read) {
    if (kind !== 'evaluate') continue;
    const evaluation = filesOf(made['evaluation']?.digest);
    if (evaluation === undefined) continue;
    const wired = [inputs['models'] ?? []].flat();
    const metrics = readMetrics(evaluation);
    for (const [index, set] of metrics.sets.entries()) {
      const models = filesOf(wired[index]);
      if (models === undefined) throw new Error(`the models of ${set.name} are gone`);
      sets.push({ set, metrics, models: readModels(models) });
    }
    const table = filesOf(inputs['corpus'] as Digest | undefined);
    if (table !== undefined) corpus ??= { corpus: readCorpus(table), files: table };
  }
  const json = (name: string): Json => {
    try {
      return JSON.parse(readFileSync(join(folder, name), 'utf8')) as Json;
    } catch {
      return null;
    }
  };
  return {
    ...{ id: info.id, affekt: info.affekt, tasks, sets, corpus },
    spec: parseDocument(readFileSync(join(folder, 'resolved.yaml'), 'utf8')).toJS() as Json,
    provenance: json('provenance.json'),
    environment: json('environment.json'),
  };
}
