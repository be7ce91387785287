import { readFileSync } from 'node:fs';
import { type Models, trainedSeed } from '../../artifacts/models.ts';
import type { TaskRecord } from '../../engine/record/types.ts';
import { confusionMatrix } from '../../stats/confusion.ts';
import { scores } from '../../stats/scores.ts';
import { type CsvTable, parseCsv } from '../../util/csv.ts';
import type { Metric, Pairs } from '../client/index.ts';
import { foldDatasets, type RecordedCorpus, speakersOf } from './datasets.ts';
import { childUid } from './names.ts';
import type { Operation, RunUid } from './operations.ts';
import { foldTable } from './prediction-table.ts';
import type { RunRecord } from './record.ts';
import type { FoldRow, SetRow } from './sets.ts';

/** Names of the columns of history.csv as metrics; the part before the slash is a section of charts. */
const columnKeys: Readonly<Record<string, string>> = {
  train_loss: 'train/loss',
  train_uar: 'train/uar',
  validation_loss: 'validation/loss',
  validation_uar: 'validation/uar',
  learning_rate: 'train/learning_rate',
};

/** What a running task says of an epoch, under the same names. */
const figureKeys: Readonly<Record<string, string>> = {
  loss: 'train/loss',
  uar: 'train/uar',
  'validation uar': 'validation/uar',
};

export interface FoldContext {
  readonly run: RunRecord;
  readonly set: SetRow;
  /** Name of the set, or of the run where it has no other. */
  readonly name: string;
  readonly parent: RunUid;
  readonly params: Pairs;
  readonly tags: Pairs;
  readonly corpus: RecordedCorpus | undefined;
  /** Whether the network itself is worth its room: those of a trial are not. */
  readonly keepModel: boolean;
}

/** The run of one network: its curves, what it scored, and the model. */
export function foldOperations(row: FoldRow, context: FoldContext): readonly Operation[] {
  const { run, set, parent, corpus } = context;
  const started = startOf(row);
  // A training that was killed and begun again is another run: its points have other times.
  const uid = childUid(parent, row.address, String(started));
  const several = set.folds.some(({ seed }) => seed > 1);
  const seed = several ? ` seed ${row.seed}` : '';
  const until = row.until === undefined ? '' : ` to epoch ${row.until}`;
  const head: Operation = {
    type: 'run',
    run: uid,
    parent,
    name: `${context.name} fold ${row.fold}${seed}${until}`,
    started,
    tags: { ...context.tags, 'affekt.level': 'fold', 'affekt.address': row.address },
  };
  const { record } = row;
  if (record === undefined) {
    // One operation an epoch: what was sent is not sent again with the next one.
    const live = livePoints(row, started).map((metrics) => metricsOperation(uid, metrics));
    const cut = row.running?.cut;
    return [
      head,
      ...live.flat(),
      ...(cut === undefined
        ? []
        : [{ type: 'end', run: uid, status: 'KILLED', ended: cut } as const]),
    ];
  }
  const held = corpus?.corpus.utterances.filter(({ id }) =>
    (record.params['test'] as readonly string[] | undefined)?.includes(id),
  );
  const scored = scoredBy(row, set);
  return [
    head,
    {
      type: 'params',
      run: uid,
      params: {
        ...context.params,
        fold: String(row.fold),
        seed: String(row.seed),
        ...(held && { test_speakers: speakersOf(held).join(' ') }),
      },
    },
    ...(corpus === undefined
      ? []
      : [{ type: 'datasets', run: uid, datasets: foldDatasets(corpus, record) } as const]),
    ...metricsOperation(uid, epochPoints(row, started)),
    ...metricsOperation(uid, foldScores(row, set, started)),
    ...metricsOperation(uid, loadPoints(record)),
    ...artifactsOf(row, uid, run),
    ...(scored.length > 0
      ? tableOperations(uid, foldTable(set.models?.description.labels ?? [], scored))
      : []),
    ...(context.keepModel ? modelOf(row, uid, context) : []),
    { type: 'end', run: uid, status: 'FINISHED', ended: Date.parse(record.runtime.ended) },
  ];
}

export function startOf({ record, running }: FoldRow): number {
  return record === undefined ? (running?.started ?? 0) : Date.parse(record.runtime.started);
}

export function metricsOperation(run: RunUid, metrics: readonly Metric[]): readonly Operation[] {
  return metrics.length === 0 ? [] : [{ type: 'metrics', run, metrics }];
}

/** A table that the artifact page shows, and the tag by which it knows. */
export function tableOperations(run: RunUid, table: object): readonly Operation[] {
  const path = 'tables/predictions.json';
  const logged = JSON.stringify([{ path, type: 'table' }]);
  return [
    { type: 'artifact', run, path, content: { text: JSON.stringify(table) } },
    { type: 'tags', run, tags: { 'mlflow.loggedArtifacts': logged } },
  ];
}

function livePoints({ running }: FoldRow, started: number): readonly (readonly Metric[])[] {
  return (running?.points ?? []).map(({ epoch, figures }) =>
    Object.entries(figureKeys).flatMap(([figure, key]) => {
      const value = figures[figure];
      return value === undefined ? [] : [{ key, value, timestamp: started + epoch, step: epoch }];
    }),
  );
}

function historyOf({ files }: FoldRow): CsvTable | undefined {
  return files?.files['history.csv'] === undefined
    ? undefined
    : parseCsv(readFileSync(files.path('history.csv'), 'utf8'));
}

/** Points of every epoch. The time of each is fixed by the record, so that sending it again adds nothing. */
function epochPoints(row: FoldRow, started: number): readonly Metric[] {
  const table = historyOf(row);
  return (table?.rows ?? []).flatMap((cells) => {
    const epoch = Number(cells[0]);
    return (table?.header ?? []).flatMap((column, at) => {
      const [key, cell] = [columnKeys[column], cells[at]];
      if (key === undefined || cell === undefined || cell === '') return [];
      return [{ key, value: Number(cell), timestamp: started + epoch, step: epoch }];
    });
  });
}

/** On the page's own tab, which draws them by the clock. */
function loadPoints({ runtime }: TaskRecord): readonly Metric[] {
  return (runtime.load ?? []).flatMap(({ at, cpu, memory }, n) => {
    const point = { timestamp: Date.parse(runtime.started) + at, step: n };
    return [
      { ...point, key: 'system/process_cpu_percentage', value: 100 * cpu },
      { ...point, key: 'system/process_memory_megabytes', value: memory / 1e6 },
    ];
  });
}

/** Lines over epochs, for pictures. */
export function curveOf(row: FoldRow, column: string): readonly number[] {
  const table = historyOf(row);
  const at = table?.header.indexOf(column) ?? -1;
  return at < 0 ? [] : (table?.rows ?? []).map((cells) => Number(cells[at] || Number.NaN));
}

/** What its model says of the clips that it scores; with enrolment in every draw. */
function scoredBy(row: FoldRow, { models }: SetRow): Models['predictions'] {
  if (models === undefined) return [];
  const { enrolment } = models.description;
  return models.predictions.filter(
    ({ fold, seed, role }) =>
      fold === row.fold && trainedSeed(seed, enrolment) === row.seed && role === 'test',
  );
}

function foldScores(row: FoldRow, set: SetRow, started: number): readonly Metric[] {
  const own = scoredBy(row, set);
  if (own.length === 0) return [];
  const labels = set.models?.description.labels ?? [];
  const index = (of: 'label' | 'predicted') => own.map((one) => labels.indexOf(one[of]));
  const { uar, accuracy } = scores(
    confusionMatrix(index('label'), index('predicted'), labels.length),
  );
  return Object.entries({ uar, accuracy }).map(([key, value]) => ({
    ...{ key: `test/${key}`, value, timestamp: started, step: 0 },
  }));
}

function artifactsOf(row: FoldRow, uid: RunUid, run: RunRecord): readonly Operation[] {
  const { files } = row;
  const stored = files && run.stored(files, 'history.csv');
  return stored === undefined
    ? []
    : [{ type: 'artifact', run: uid, path: 'tables/history.csv', content: stored }];
}

function modelOf(row: FoldRow, uid: RunUid, { run, name, set }: FoldContext): readonly Operation[] {
  const { files, record } = row;
  const onnx = files && run.stored(files, 'model.onnx');
  if (onnx === undefined || record === undefined) return [];
  return [
    {
      type: 'model',
      run: uid,
      name: `${name}-fold-${row.fold}-seed-${row.seed}`.replaceAll(/[^\p{L}\p{N}_-]+/gu, '-'),
      onnx,
      labels: (record.params['labels'] as readonly string[] | undefined) ?? [],
      params: { set: set.address, fold: String(row.fold), seed: String(row.seed) },
      created: Date.parse(record.runtime.ended),
    },
  ];
}
