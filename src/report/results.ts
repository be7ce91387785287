import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Metrics, readMetrics } from '../artifacts/evaluation.ts';
import { sha256 } from '../engine/digest.ts';
import { resultSentences } from './sentence.ts';

/** An evaluation that a run ended in. */
export interface RunResultRow {
  /** As the run's folder names the stage. */
  readonly address: string;
  readonly metrics: Metrics;
}

/**
 * Evaluations of a recorded run, from the links in its folder. Those whose objects the cache has
 * evicted are left out.
 */
export function readResults(folder: string): readonly RunResultRow[] {
  const rows: RunResultRow[] = [];
  const stages = join(folder, 'stages');
  for (const stage of names(stages)) {
    for (const port of names(join(stages, stage))) {
      const metrics = readLinked(join(stages, stage, port, 'metrics.json'));
      if (metrics !== undefined) rows.push({ address: stage, metrics });
    }
  }
  return rows;
}

/** One line per set of models that was evaluated; the stage leads where there are several. */
export function resultLines(rows: readonly RunResultRow[]): readonly string[] {
  return rows.flatMap(({ address, metrics }) =>
    resultSentences(metrics).map((line) => (rows.length === 1 ? line : `${address}: ${line}`)),
  );
}

function readLinked(path: string): Metrics | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return readMetrics({
      type: 'evaluation',
      files: { 'metrics.json': sha256('') },
      path: () => path,
    });
  } catch {
    // Written by another version, or damaged: the run is still worth showing.
    return undefined;
  }
}

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
