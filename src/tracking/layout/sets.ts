import { readMetrics } from '../../artifacts/evaluation.ts';
import type { MetricSet, Metrics } from '../../artifacts/metrics.ts';
import { type Models, readModels } from '../../artifacts/models.ts';
import type { ArtifactFiles } from '../../engine/artifact.ts';
import type { TaskRecord } from '../../engine/record/types.ts';
import { naturalOrder } from '../../util/natural-order.ts';
import { type FoldPlace, foldPlace, stageOfTask } from './names.ts';
import type { DoneTask, RunningTask, RunRecord } from './record.ts';

/** The network of one fold and seed. */
export interface FoldRow {
  readonly address: string;
  readonly fold: number;
  readonly seed: number;
  /** The epoch that it stopped after, to be gone on with by another row. */
  readonly until?: number;
  /** Missing while it is being trained. */
  readonly record?: TaskRecord;
  readonly files?: ArtifactFiles | undefined;
  readonly running?: RunningTask;
}

/** What one evaluation says of a set. */
export interface Scored {
  /** Address of the evaluation. */
  readonly evaluation: string;
  readonly record: TaskRecord;
  readonly metrics: Metrics;
  readonly set: MetricSet;
}

/** Models of one protocol: what a person calls a trial. */
export interface SetRow {
  readonly address: string;
  readonly folds: readonly FoldRow[];
  readonly models?: Models;
  readonly scored: readonly Scored[];
  /** Digest of the corpus that its labels come from. */
  readonly corpus?: string | undefined;
}

export interface EvaluationRow {
  readonly address: string;
  readonly record: TaskRecord;
  readonly files: ArtifactFiles;
  readonly metrics: Metrics;
}

/** Those of a run that has ended: which one is the first, and so goes without a prefix, is not known before. */
export function findEvaluations(run: RunRecord): readonly EvaluationRow[] {
  if (run.state === 'running') return [];
  return outputsOf(run, 'evaluation')
    .flatMap(({ task: { address, record }, digest }) => {
      const files = run.artifact(digest);
      return files === undefined ? [] : [{ address, record, files, metrics: readMetrics(files) }];
    })
    .sort((a, b) => naturalOrder(a.address, b.address));
}

/** All sets of models that the run has made, or is making. */
export function findSets(run: RunRecord, evaluations: readonly EvaluationRow[]): readonly SetRow[] {
  const folds = new Map<string, FoldRow[]>();
  const addFold = (address: string, row: Omit<FoldRow, keyof FoldPlace | 'address'>) => {
    const place = foldPlace(address);
    if (place === undefined) return;
    const { set, ...own } = place;
    folds.set(set, [...(folds.get(set) ?? []), { address, ...own, ...row }]);
  };
  for (const { task, digest } of outputsOf(run, 'fold')) {
    addFold(task.address, { record: task.record, files: run.artifact(digest) });
  }
  for (const running of run.running) addFold(running.address, { running });

  const made = new Map<string, { readonly digest: string; readonly record: TaskRecord }>();
  for (const { task, digest } of outputsOf(run, 'models')) {
    const address = stageOfTask(task.address, task.record.kind);
    // What a search makes on its way is told by its trials.
    if (!address.includes('/')) made.set(address, { digest, record: task.record });
  }
  return [...new Set([...folds.keys(), ...made.keys()])].sort(naturalOrder).map((address) => {
    const own = made.get(address);
    const files = own === undefined ? undefined : run.artifact(own.digest);
    const scored = own === undefined ? [] : scoresOf(own.digest, evaluations);
    const inputs = [own?.record, ...scored.map(({ record }) => record)];
    const corpus = inputs
      .map((one) => one?.inputs['corpus'])
      .find((one) => typeof one === 'string');
    return {
      address,
      folds: [...(folds.get(address) ?? [])].sort((a, b) => a.seed - b.seed || a.fold - b.fold),
      ...(files !== undefined && { models: readModels(files) }),
      scored,
      corpus: corpus ?? corpusOf(run, address),
    };
  });
}

function scoresOf(digest: string, evaluations: readonly EvaluationRow[]): readonly Scored[] {
  return evaluations.flatMap(({ address, record, metrics }) => {
    const index = [record.inputs['models'] ?? []].flat().indexOf(digest as never);
    const set = metrics.sets[index];
    return set === undefined ? [] : [{ evaluation: address, record, metrics, set }];
  });
}

/** The corpus that a stage is wired to. */
function corpusOf(run: RunRecord, address: string): string | undefined {
  const wired = run.stages.find((stage) => stage.address === address)?.inputs['corpus']?.[0];
  // A stage that works clip by clip ends in a task of its own: `clean/combine`.
  const made = run.tasks.filter((task) => [wired, `${wired}/combine`].includes(task.address));
  return made.flatMap(({ record }) => record.outputs['corpus']?.digest ?? [])[0];
}

function outputsOf(
  run: RunRecord,
  type: string,
): readonly { readonly task: DoneTask; readonly digest: string }[] {
  return run.tasks.flatMap((task) =>
    Object.values(task.record.outputs)
      .filter((output) => output.type === type)
      .map(({ digest }) => ({ task, digest })),
  );
}
