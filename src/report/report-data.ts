import type { Analysis, ChartEntry } from '../artifacts/analysis.ts';
import type { CorpusInfo } from '../artifacts/corpus.ts';
import type { Metrics } from '../artifacts/evaluation.ts';
import type { ModelDescription } from '../artifacts/models.ts';
import type { RunState } from '../engine/event.ts';
import type { Curve } from './curves-chart.ts';

/** All that a run's page shows, as plain data. */
export interface ReportData {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly state: RunState;
  /** ISO 8601. */
  readonly started: string;
  readonly seconds: number;
  readonly ran: number;
  readonly cached: number;
  readonly affekt: string;
  readonly evaluations: readonly { readonly address: string; readonly metrics: Metrics }[];
  readonly corpora: readonly CorpusRow[];
  readonly analyses: readonly AnalysisRow[];
  readonly models: readonly ModelsRow[];
  readonly stages: readonly StageRow[];
  readonly failures: readonly FailureRow[];
  /** The resolved spec, YAML. */
  readonly spec: string;
  /** The command line that does the same again. */
  readonly command: string;
}

export interface CorpusRow {
  readonly address: string;
  readonly info: CorpusInfo;
  readonly clips: number;
}

/** What an analyze stage found, its charts drawn. */
export interface AnalysisRow {
  readonly address: string;
  readonly analysis: Analysis;
  readonly charts: readonly DrawnChart[];
}

export interface DrawnChart extends ChartEntry {
  /** SVG text, a PNG, or why there is neither. */
  readonly drawing:
    | { readonly svg: string }
    | { readonly png: Uint8Array }
    | { readonly error: string };
}

/** A set of models that the run trained or averaged. */
export interface ModelsRow {
  readonly address: string;
  readonly description: ModelDescription;
  readonly curves: readonly Curve[];
}

export interface StageRow {
  readonly address: string;
  readonly tasks: number;
  readonly cached: number;
  /** Of the tasks that ran, summed over processes. */
  readonly seconds: number;
}

export interface FailureRow {
  readonly address: string;
  readonly message: string;
  readonly details: readonly string[];
  readonly hint?: string | undefined;
  /** Path of the log, relative to the run's folder. */
  readonly log: string;
}
