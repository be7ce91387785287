import type { Analysis, ChartEntry } from '../artifacts/analysis.ts';
import type { CorpusInfo } from '../artifacts/corpus.ts';
import type { Metrics } from '../artifacts/evaluation.ts';
import type { ErrorRow } from '../artifacts/evaluation-tables.ts';
import type { ModelDescription } from '../artifacts/models.ts';
import type { StudyTable } from '../artifacts/study.ts';
import type { RunState } from '../engine/event.ts';
import type { Curve } from './curves-chart.ts';
import type { SpecStage } from './spec-stages.ts';

/** All that a run's page shows, as plain data. */
export interface ReportData {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly state: RunState | 'killed';
  /** ISO 8601. */
  readonly started: string;
  readonly seconds: number;
  readonly ran: number;
  readonly cached: number;
  readonly affekt: string;
  /** What should be on the page and could not be read, one sentence each. */
  readonly notices: readonly string[];
  /** What was left out so that the page stays small. */
  readonly thinned: readonly string[];
  readonly evaluations: readonly EvaluationRow[];
  readonly corpora: readonly CorpusRow[];
  readonly analyses: readonly AnalysisRow[];
  readonly models: readonly ModelsRow[];
  readonly studies: readonly StudyRow[];
  /** The stages of the resolved spec with what feeds them, in its order. */
  readonly specStages: readonly SpecStage[];
  readonly stages: readonly StageRow[];
  readonly failures: readonly FailureRow[];
  /** The resolved spec, YAML. */
  readonly spec: string;
  /** The command line that does the same again. */
  readonly command: string;
  /** What it ran on: name and value. */
  readonly environment: readonly (readonly [string, string])[];
}

export interface EvaluationRow {
  readonly address: string;
  readonly metrics: Metrics;
  /** By name of the set, most confident first. */
  readonly errors: Readonly<Record<string, readonly ErrorRow[]>>;
  /** Clips that the page shows, by id. */
  readonly clips: Readonly<Record<string, ShownClip>>;
  /** By name of the set: what people reach on these clips, where a study of them is known. */
  readonly people: Readonly<Record<string, HumanRate>>;
  /** Why clips have no player; null where they have, or where there is none to show. */
  readonly mute: string | null;
  /** Sets other than the first are in the table of all sets alone. */
  readonly brief?: boolean;
}

export interface HumanRate {
  /** At least this accuracy. */
  readonly above: number;
  /** Who measured it. */
  readonly source: string;
  /** What has to be known of the study. */
  readonly remark: string;
}

/** A clip as a page shows it. */
export interface ShownClip {
  /** What is said; empty where it is not known. */
  readonly text: string;
  /** Seconds. */
  readonly duration: number;
  /** Its log-mel spectrogram in grey, loud = black: a PNG. */
  readonly picture: Uint8Array | null;
  /** Its sound as a `data:` URI, where the licence of the corpus allows it and the page has room. */
  readonly sound: string | null;
}

export interface CorpusRow {
  readonly address: string;
  readonly info: CorpusInfo;
  readonly clips: number;
  readonly speakers: number;
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
  /** Floating-point operations of a forward pass over `frames` frames; null where they are not known. */
  readonly cost: { readonly flops: number; readonly frames: number } | null;
  readonly curves: readonly Curve[];
}

/** A search of the run. */
export interface StudyRow {
  readonly address: string;
  readonly table: StudyTable;
  /** Without the table of all trials and the picture of every one. */
  readonly brief?: boolean;
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
