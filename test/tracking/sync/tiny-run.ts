import { CachePaths } from '../../../src/engine/cache/paths.ts';
import type { RunInfo } from '../../../src/engine/record/types.ts';
import { layoutRun } from '../../../src/tracking/layout/layout.ts';
import type { Operation } from '../../../src/tracking/layout/operations.ts';
import { RecordReader } from '../../../src/tracking/sync/read-record.ts';
import type { Json } from '../../../src/util/json.ts';
import { type EngineProject, finished } from '../../util/project.ts';
import { tinyNetwork, writeTinyCorpus } from '../../util/tiny-corpus.ts';

/** Params beside those of every tiny run. */
interface TinyParams {
  readonly train?: Readonly<Record<string, Json>>;
  readonly score?: Readonly<Record<string, Json>>;
}

/** A network in two widths, three folds each, and what is made of them. */
const specOf = ({ train, score }: TinyParams): string => `name: tiny
description: Two small networks.
tags: { team: speech }
seed: 7
matrix:
  net.batch_size: [4, 6]
stages:
  speech: { uses: fetch, with: { files: wav/*.wav, table: labels.csv, columns: { text: text } } }
  mel: { uses: melspec, in: speech, with: { sample_rate: native, n_fft: 256, win_length: 200, hop_length: 80, n_mels: 8, fmax: 4000 } }
  net: { uses: train-kfold, in: mel, with: ${JSON.stringify({ ...tinyNetwork, controls: ['majority'], ...train })} }
  scores: { uses: evaluate, in: { models: "net[*]", corpus: speech }, with: ${JSON.stringify({ resamples: 200, ...score })} }
`;

/** Runs the tiny experiment; a second call finds everything in the cache and makes a run of its own. */
export async function runTiny(
  project: EngineProject,
  params: TinyParams = {},
): Promise<{ readonly folder: string; readonly info: RunInfo; readonly ran: number }> {
  writeTinyCorpus(project);
  project.write({ 'tiny.yaml': specOf(params) });
  const { folder, info, ran } = finished(await project.run('tiny.yaml', { record: true }));
  return { folder, info, ran };
}

export function layoutOf(project: EngineProject, folder: string): readonly Operation[] {
  const record = new RecordReader(folder, new CachePaths(project.cache), 'embed').read();
  if (record === undefined) throw new Error(`${folder} is no run`);
  return layoutRun(record);
}
