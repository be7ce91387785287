/** What an MLflow server holds, as this client hands it out. Times are milliseconds since 1970. */

export type RunStatus = 'RUNNING' | 'SCHEDULED' | 'FINISHED' | 'FAILED' | 'KILLED';
export type Lifecycle = 'active' | 'deleted';
export type Pairs = Readonly<Record<string, string>>;

export interface Experiment {
  /** Text: ids of file stores are beyond 2^53. */
  readonly id: string;
  readonly name: string;
  readonly artifactLocation: string;
  readonly lifecycle: Lifecycle;
  readonly tags: Pairs;
  readonly created: number | undefined;
}

/** One point of a metric. Equal points (all five, and the run) are one point on the server. */
export interface Metric {
  /** Letters, digits, `_ - . / :` and blanks; at most 250 characters. */
  readonly key: string;
  /** Any double; databases keep ±Infinity as ±1.797e308. */
  readonly value: number;
  /** Milliseconds since 1970, a whole number. */
  readonly timestamp: number;
  /** A whole number; may be negative. */
  readonly step: number;
  /** Shows the point on the page of this logged model, too (MLflow 3). */
  readonly modelId?: string;
}

export interface Dataset {
  /** At most 500 characters. */
  readonly name: string;
  /** At most 36 characters. Name and digest make the dataset: give every split its own digest. */
  readonly digest: string;
  /** `local`, `http`, `code` … */
  readonly sourceType: string;
  /** JSON as text: `{"uri":"…"}`. */
  readonly source: string;
  /** JSON as text: `{"mlflow_colspec":[{"type","name","required"}]}`. */
  readonly schema?: string;
  /** JSON as text: `{"num_rows":535}`. */
  readonly profile?: string;
}

export interface DatasetInput {
  readonly dataset: Dataset;
  /** Shown as a badge: `training`, `test`. */
  readonly context?: string;
  readonly tags?: Pairs;
}

export interface Run {
  readonly id: string;
  readonly experimentId: string;
  readonly name: string;
  readonly status: RunStatus;
  readonly started: number;
  readonly ended: number | undefined;
  readonly lifecycle: Lifecycle;
  /** Where its files lie: `mlflow-artifacts:/1/<run>/artifacts`, `s3://…`. */
  readonly artifactUri: string;
  readonly params: Pairs;
  readonly tags: Pairs;
  /** The last point of each metric: highest step, then time, then value. */
  readonly metrics: readonly Metric[];
  readonly datasets: readonly DatasetInput[];
  /** Logged models that this run made. */
  readonly models: readonly string[];
}

/** A file or folder among the artifacts of a run or model. */
export interface ArtifactEntry {
  /** Below the run or model. */
  readonly path: string;
  readonly folder: boolean;
  /** Bytes; missing for folders. */
  readonly size: number | undefined;
}
