import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Analysis, readAnalysis } from '../artifacts/analysis.ts';
import { type Metrics, readMetrics } from '../artifacts/evaluation.ts';
import { readStudy, type StudyTable } from '../artifacts/study.ts';
import type { ArtifactFiles } from '../engine/artifact.ts';
import { sha256 } from '../engine/digest.ts';
import { resultSentences } from './sentence.ts';

/** An evaluation that a run ended in. */
export interface RunResultRow {
  /** As the run's folder names the stage. */
  readonly address: string;
  readonly metrics: Metrics;
}

/** Evaluations of a recorded run, from the links in its folder; without those of `evictedResults`. */
export function readResults(folder: string): readonly RunResultRow[] {
  return linked(folder, 'evaluation', ['metrics.json'], readMetrics).map(({ address, value }) => ({
    address,
    metrics: value,
  }));
}

/** Analyses of corpora of a recorded run, alike. */
export function readAnalyses(
  folder: string,
): readonly { readonly address: string; readonly analysis: Analysis }[] {
  return linked(folder, 'analysis', ['analysis.json'], readAnalysis).map(({ address, value }) => ({
    address,
    analysis: value,
  }));
}

/** Searches of a recorded run, alike. */
export function readStudies(
  folder: string,
): readonly { readonly address: string; readonly study: StudyTable }[] {
  return linked(folder, 'study', ['study.json', 'trials.csv'], readStudy).map(
    ({ address, value }) => ({ address, study: value }),
  );
}

/**
 * Stages of a recorded run that gave results which were evicted from the cache: their links lead nowhere.
 * @param files results that count; all of them by default
 */
export function evictedResults(folder: string, files = resultFiles): readonly string[] {
  const stages = join(folder, 'stages');
  const isDead = (path: string): boolean =>
    lstatSync(path, { throwIfNoEntry: false }) !== undefined && !existsSync(path);
  return names(stages).filter((address) =>
    names(join(stages, address)).some((port) =>
      files.some((file) => isDead(join(stages, address, port, file))),
    ),
  );
}

const resultFiles = ['metrics.json', 'analysis.json', 'study.json', 'trials.csv'];

/** One line per set of models that was evaluated; the stage leads where there are several. */
export function resultLines(rows: readonly RunResultRow[]): readonly string[] {
  return rows.flatMap(({ address, metrics }) =>
    resultSentences(metrics).map((line) => (rows.length === 1 ? line : `${address}: ${line}`)),
  );
}

/** What `read` makes of these files in the outputs of a run's stages, by its links. */
function linked<T>(
  folder: string,
  type: string,
  files: readonly string[],
  read: (files: ArtifactFiles) => T,
): readonly { readonly address: string; readonly value: T }[] {
  const stages = join(folder, 'stages');
  return names(stages).flatMap((address) =>
    names(join(stages, address)).flatMap((port) => {
      const path = (file: string): string => join(stages, address, port, file);
      if (!files.every((file) => existsSync(path(file)))) return [];
      try {
        const digests = Object.fromEntries(files.map((file) => [file, sha256('')]));
        return [{ address, value: read({ type, files: digests, path }) }];
      } catch {
        // Written by another version, or damaged: the run is still worth showing.
        return [];
      }
    }),
  );
}

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
