import { type Analysis, readAnalysis } from '../artifacts/analysis.ts';
import { type CorpusInfo, readCorpus } from '../artifacts/corpus.ts';
import { readMetrics } from '../artifacts/evaluation.ts';
import type { RunView } from '../engine/run-types.ts';
import type { RunResultRow } from '../report/results.ts';
import { artifactsOf } from './report/artifacts.ts';

/** Evaluations among a run's outputs, read from the cache. */
export function evaluationsOf(run: RunView): readonly RunResultRow[] {
  return artifactsOf(run, 'evaluation').map(({ address, files }) => ({
    address,
    metrics: readMetrics(files),
  }));
}

/** What is known of the corpora among a run's outputs. */
export function corporaOf(
  run: RunView,
): readonly { readonly address: string; readonly info: CorpusInfo }[] {
  return artifactsOf(run, 'corpus').map(({ address, files }) => ({
    address,
    info: readCorpus(files).info,
  }));
}

/** Analyses of corpora among a run's outputs. */
export function analysesOf(
  run: RunView,
): readonly { readonly address: string; readonly analysis: Analysis }[] {
  return artifactsOf(run, 'analysis').map(({ address, files }) => ({
    address,
    analysis: readAnalysis(files),
  }));
}
