import { Type } from 'typebox';
import { type Corpus, readCorpus } from '../../artifacts/corpus.ts';
import { type MetricSet, writeEvaluation } from '../../artifacts/evaluation.ts';
import { drawsOf, type Models, readModels } from '../../artifacts/models.ts';
import type { Prediction } from '../../artifacts/predictions.ts';
import { defineStage, TaskError } from '../../engine/stage.ts';
import { type MetricName, metricNames } from '../../stats/scores.ts';
import { averageScores, type Measured, measure, scoredRows } from './measure.ts';
import { sentence } from './sentence.ts';
import { setNames } from './set-names.ts';

/** Less data or fewer folds than the experiment says: a look at whether it works. */
const quickStamp = 'quick: not a result';

const params = Type.Object(
  {
    metric: Type.Enum([...metricNames], {
      default: 'uar',
      description: 'The headline: unweighted average recall unless something else is asked for.',
    }),
    level: Type.Number({
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      default: 0.95,
      description: 'Coverage of both intervals.',
    }),
    resamples: Type.Integer({
      minimum: 100,
      default: 2000,
      description: 'Draws of the bootstrap behind "these speakers".',
    }),
  },
  { additionalProperties: false },
);

/** Turns out-of-fold predictions into values, intervals, tables and the sentence that states them. */
export const evaluate = defineStage({
  kind: 'evaluate',
  version: 1,
  summary: 'Scores sets of models: values with intervals, tables, sanity rows and the protocol.',
  params,
  inputs: {
    models: { type: 'models', summary: 'The sets of models to score', many: true, named: true },
    corpus: { type: 'corpus', summary: 'The corpus they were trained on' },
  },
  outputs: { evaluation: { type: 'evaluation', summary: 'metrics.json and tables' } },
  tier: 'pooled',
  random: true,
  run(context) {
    const { level, resamples } = context.params;
    const metric = context.params.metric as MetricName;
    const corpus = readCorpus(context.input('corpus'));
    const inputs = context.inputs('models').map((input) => ({ input, models: readModels(input) }));
    const labels = inputs[0]?.models.description.labels ?? [];
    const names = setNames(inputs.map(({ input }) => input.from));
    const sex = new Map(corpus.utterances.map((one) => [one.speaker, one.sex]));

    const sets = inputs.map(({ input, models }, index): MetricSet => {
      const { description, predictions } = models;
      if (description.labels.join('\n') !== labels.join('\n')) {
        throw new TaskError(
          `the sets of models have different classes: ${labels.join(', ')} and ${description.labels.join(', ')}`,
          { hint: 'Evaluate them in stages of their own.' },
        );
      }
      checkCorpus(predictions, corpus);
      const rows = scoredRows(predictions, labels);
      input.consume('test', [...new Set(rows.map((row) => row.id))].sort());
      const measured = measure(rows, labels, {
        level,
        resamples,
        seed: context.seed,
        speakersDisjoint: description.protocol.disjoint.includes('speaker'),
        sex,
      });
      if (Object.keys(measured.per_sex).length === 0) {
        context.log('no table per sex: the corpus does not state the sex of every speaker');
      }
      return {
        name: names[index]?.name ?? '',
        variant: names[index]?.variant ?? {},
        n: {
          utterances: new Set(rows.map((row) => row.id)).size,
          speakers: new Set(rows.map((row) => row.speaker)).size,
          folds: description.folds,
          seeds: description.seeds,
        },
        protocol: protocolOf(models, corpus, metric, measured),
        ...measured,
        controls: controlsOf(models, labels, measured),
      };
    });
    const [first] = sets;
    if (first === undefined) throw new Error('no set of models');
    writeEvaluation(context.output('evaluation'), {
      format: 'affekt.metrics/1',
      labels,
      headline: headlineOf(sets, metric),
      sets,
      comparisons: [],
    });
    for (const set of sets) context.log(set.protocol.sentence);
  },
});

/**
 * The first set whose number may stand alone. A quick look never does, nor does a model that has seen
 * clips of the speakers it is scored on.
 */
function headlineOf(
  sets: readonly MetricSet[],
  metric: MetricName,
): { readonly set: string; readonly metric: string; readonly value: number } | null {
  const set = sets.find(({ protocol }) => !protocol.stamps.some((stamp) => isNoHeadline(stamp)));
  if (set === undefined) return null;
  return { set: set.name, metric, value: set.values[metric]?.value ?? Number.NaN };
}

const transductiveStamp = 'transductive';

function enrolmentStamp({ clips }: { readonly clips: number | 'all' }): string {
  return clips === 'all' ? transductiveStamp : `enrolled (k=${clips})`;
}

function isNoHeadline(stamp: string): boolean {
  return stamp === quickStamp || stamp === transductiveStamp || stamp.startsWith('enrolled ');
}

function protocolOf(
  models: Models,
  corpus: Corpus,
  metric: MetricName,
  measured: Measured,
): MetricSet['protocol'] {
  const { protocol, folds, seeds, selection, enrolment } = models.description;
  const { name, manifest, pinned } = corpus.info;
  const stamps = [
    ...(selection === 'shared' || selection === 'development' ? ['optimistic'] : []),
    ...(enrolment === null ? [] : [enrolmentStamp(enrolment)]),
    ...(pinned ? [] : ['unpinned']),
    ...(corpus.info.limit !== undefined || folds < protocol.folds ? [quickStamp] : []),
  ];
  const value = measured.values[metric];
  if (value === undefined) throw new Error(`no value ${metric}`);
  return {
    corpus: { name, manifest, pinned },
    scheme: protocol.scheme,
    folds,
    groups: protocol.groups,
    validation_speakers: protocol.validation_speakers,
    disjoint: protocol.disjoint,
    shared: protocol.shared,
    selection,
    stamps,
    sentence: sentence({
      metric,
      value,
      corpus: shortName(corpus.info.title),
      scheme: protocol.scheme,
      folds,
      seeds: seeds / drawsOf(enrolment),
      draws: drawsOf(enrolment),
      validationSpeakers: protocol.validation_speakers,
      shared: protocol.shared,
      stamps,
    }),
  };
}

/** "Berlin Database of Emotional Speech (EmoDB)" is called EmoDB in a sentence. */
function shortName(title: string): string {
  return /\(([^()]+)\)$/.exec(title)?.[1] ?? title;
}

/** Chance is 1 / K over the classes that are scored: the expected UAR of any blind guess. */
function controlsOf(
  models: Models,
  labels: readonly string[],
  measured: Measured,
): MetricSet['controls'] {
  const scored = Object.values(measured.per_class).filter((one) => one.support > 0).length;
  const made = Object.entries(models.controls).map(([name, predictions]) => [
    name,
    averageScores(scoredRows(predictions, labels), labels.length),
  ]);
  return { chance: { uar: 1 / scored }, ...Object.fromEntries(made) };
}

/** Predictions and corpus must speak of the same clips, or labels and speakers are not theirs. */
function checkCorpus(predictions: readonly Prediction[], corpus: Corpus): void {
  const byId = new Map(corpus.utterances.map((one) => [one.id, one]));
  for (const row of predictions) {
    const utterance = byId.get(row.id);
    if (utterance?.emotion === row.label && utterance.speaker === row.speaker) continue;
    throw new TaskError(
      utterance === undefined
        ? `the models scored "${row.id}", which is not in the corpus`
        : `"${row.id}" is ${row.label} by speaker ${row.speaker} for the models, but ${utterance.emotion} by speaker ${utterance.speaker} in the corpus`,
      { hint: 'Wire evaluate to the corpus that the models were trained on.' },
    );
  }
}
