import { Type } from 'typebox';
import { type Corpus, readCorpus } from '../../artifacts/corpus.ts';
import { corpusNameOf } from '../../artifacts/corpus-parts.ts';
import { writeEvaluation } from '../../artifacts/evaluation-tables.ts';
import type { LabelCheck, MetricSet, Metrics } from '../../artifacts/metrics.ts';
import { drawsOf, type Models, readModels } from '../../artifacts/models.ts';
import {
  type Prediction,
  type ScoredRole,
  scoredPredictions,
} from '../../artifacts/predictions.ts';
import { defineStage, TaskError } from '../../engine/stage.ts';
import { chance } from '../../stats/chance.ts';
import { type ShareName, shareNames } from '../../stats/metrics/index.ts';
import type { Scored } from '../../stats/predictions.ts';
import { compare } from './compare.ts';
import { corpusLimit } from './corpus-limit.ts';
import { confidentErrors } from './errors.ts';
import { labelCheck } from './label-check.ts';
import { averageValues, defined, type Measured, measure } from './measure.ts';
import { type TestName, type TestOptions, testNames } from './paired-tests.ts';
import { mayStandAlone, protocolOf, sidesOf } from './protocol.ts';
import { rank, type ScoredSet } from './ranking.ts';
import { idsOf, rowsOf } from './rows.ts';
import { checkReference, findSets, type SetName, setNames } from './set-names.ts';

const params = Type.Object(
  {
    metric: Type.Enum([...shareNames], {
      default: 'uar',
      description: 'The headline: unweighted average recall unless something else is asked for.',
    }),
    role: Type.Enum(['test', 'validate'], {
      default: 'test',
      description:
        'What is scored: test, the clips held out; or validate, those of validation speakers, to choose by. A choice by validate leaves the test clips unseen; its number is stamped and no result.',
    }),
    level: Type.Number({
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      default: 0.95,
      description: 'Coverage of all intervals; tests reject below 1 − level.',
    }),
    resamples: Type.Integer({
      minimum: 100,
      default: 2000,
      description: 'Draws of the bootstrap behind "these speakers".',
    }),
    reference: Type.Union([Type.Null(), Type.String()], {
      default: null,
      description:
        'The set that others of its protocol are compared with, by its address; null: the first one that is wired.',
    }),
    tests: Type.Array(Type.Enum([...testNames]), {
      uniqueItems: true,
      default: ['permutation'],
      description:
        'Paired tests against the reference, where there are several sets. All of them are one family for Holm’s correction; one that cannot find anything by design is refused.',
    }),
    unit: Type.Union([Type.Null(), Type.Enum(['speaker', 'utterance'])], {
      default: null,
      description:
        'What a permutation exchanges: speaker asks whether new speakers would show the difference, utterance only whether other clips of these speakers would. null: speaker where no scored speaker is trained on, else utterance.',
    }),
  },
  { additionalProperties: false },
);

/** Turns out-of-fold predictions into values, intervals, tests, tables and the sentence that states them. */
export const evaluate = defineStage({
  kind: 'evaluate',
  version: 8,
  summary: 'Scores sets of models: values with intervals, tables, controls and the protocol.',
  params,
  inputs: {
    models: { type: 'models', summary: 'The sets of models to score', many: true, named: true },
    corpus: { type: 'corpus', summary: 'The corpus they were trained on' },
  },
  outputs: { evaluation: { type: 'evaluation', summary: 'metrics.json and tables' } },
  tier: 'pooled',
  random: true,
  otherNames: { compare: 'reference', n_bootstrap: 'resamples' },
  checkWires: ({ reference }, { models = [] }) => checkReference(reference, models),
  run(context) {
    const { level, resamples, unit } = context.params;
    const metric = context.params.metric as ShareName;
    const role = context.params.role as ScoredRole;
    const corpus = readCorpus(context.input('corpus'));
    const inputs = context.inputs('models').map((input) => ({ input, models: readModels(input) }));
    const labels = inputs[0]?.models.description.labels ?? [];
    const addresses = inputs.map(({ input }) => input.from);
    const names = setNames(addresses);
    const reference = referencePlace(context.params.reference, names, addresses);
    const sex = new Map(corpus.utterances.map((one) => [one.speaker, one.sex]));
    const { parts = [] } = corpus.info;
    const corpora = new Map(
      parts.length === 0
        ? []
        : corpus.utterances.map(({ id }) => [id, corpusNameOf(corpus.info, id)] as const),
    );

    const scored = inputs.map(({ input, models }, index): ScoredSet => {
      const { description, predictions } = models;
      if (description.labels.join('\n') !== labels.join('\n')) {
        throw new TaskError(
          `the sets of models have different classes: ${labels.join(', ')} and ${description.labels.join(', ')}`,
          { hint: 'Evaluate them in stages of their own.' },
        );
      }
      checkCorpus(predictions, corpus);
      const rows = rowsOf(scoredPredictions(predictions, role), labels, role);
      checkScored(rows, input.from);
      input.consume(role, idsOf(rows));
      const validation = role === 'test' ? rowsOf(predictions, labels, 'validate') : null;
      if (validation?.length) input.consume('validate', idsOf(validation));
      const { measured, draws } = measure(rows, {
        ...{ labels, level, resamples, seed: context.seed, sex, corpora, validation },
        heldOut: description.protocol.held_out,
        speakersDisjoint: sidesOf(description.protocol, role).disjoint.includes('speaker'),
      });
      const value = measured.values[metric];
      if (value === undefined) throw new Error(`no value ${metric}`);
      const repeated = drawsOf(description.enrolment);
      const set: MetricSet = {
        name: names[index]?.name ?? '',
        variant: names[index]?.variant ?? {},
        n: {
          utterances: idsOf(rows).length,
          speakers: new Set(rows.map((row) => row.speaker)).size,
          folds: description.folds,
          // Draws of validation clips count as seeds, as those of enrolled ones do.
          seeds: new Set(rows.map((row) => row.seed)).size,
          ...(repeated > 1 && { draws: repeated }),
        },
        protocol: protocolOf({ description, corpus, metric, value, role }),
        ...measured,
        controls: controlsOf(models, labels, measured, role),
        label_check: checkOf(models, labels, role),
        smallest_difference: corpusLimit(rows, labels.length, Number((1 - level).toFixed(12))),
      };
      return { set, rows, draws };
    });
    if (scored.some(({ set }) => Object.keys(set.per_sex).length === 0)) {
      context.log('no table per sex: the corpus does not state the sex of every speaker');
    }
    const sets = scored.map(({ set }) => set);
    const rankings = rank(scored, metric, reference === undefined ? undefined : scored[reference]);
    const comparisons = compare(scored, rankings, {
      ...{ metric, level, unit: unit as TestOptions['unit'], classes: labels.length },
      ...{ tests: context.params.tests as readonly TestName[], seed: context.seed },
    });
    const headline = headlineOf(sets, metric);
    writeEvaluation(context.output('evaluation'), {
      metric,
      metrics: {
        format: 'affekt.metrics/1',
        labels,
        metric,
        headline,
        sets,
        rankings,
        comparisons,
      },
      errors: Object.fromEntries(
        scored.map(({ set, rows }) => [set.name, confidentErrors(rows, labels)]),
      ),
    });
    for (const { protocol } of sets) context.log(protocol.sentence);
    for (const { best, protocol } of rankings) {
      if (best === null) continue;
      context.log(`${best.stamp} by ${metric} on the scored clips, ${protocol}: ${best.set}`);
    }
    for (const { a, b, test, refused } of comparisons) {
      if (refused !== null) context.log(`${a} and ${b}, ${test} refused: ${refused}`);
    }
  },
});

function referencePlace(
  wanted: string | null,
  names: readonly SetName[],
  addresses: readonly string[],
): number | undefined {
  if (wanted === null) return undefined;
  const places = findSets(wanted, names, addresses);
  const [place] = places;
  if (place !== undefined && places.length === 1) return place;
  const found = places.length === 0 ? 'no set' : `${places.length} sets`;
  throw new TaskError(`reference "${wanted}" names ${found} of models`, {
    hint: `It must be one of ${names.map(({ name }) => name).join(', ')}.`,
  });
}

function checkScored(rows: readonly Scored[], from: string): void {
  if (rows.length > 0) return;
  throw new TaskError(`${from} has no validation clips to score`, {
    hint: 'Set split.validation_speakers: 1 where it trains, or score role: test.',
  });
}

/** The first set whose number may stand alone. */
function headlineOf(sets: readonly MetricSet[], metric: ShareName): Metrics['headline'] {
  const set = sets.find(({ protocol }) => mayStandAlone(protocol));
  if (set === undefined) return null;
  return { set: set.name, metric, value: set.values[metric]?.value ?? Number.NaN };
}

/** What guessing gives, and what trained controls reach. */
function controlsOf(
  models: Models,
  labels: readonly string[],
  measured: Measured,
  role: ScoredRole,
): MetricSet['controls'] {
  const guessed = chance(Object.values(measured.per_class).map(({ support }) => support));
  const made = Object.entries(models.controls).map(([name, predictions]) => {
    const values = averageValues(
      rowsOf(scoredPredictions(predictions, role), labels, role),
      labels.length,
    );
    const pairs = Object.entries(values).map(([metric, value]) => [metric, defined(value)]);
    return [name, Object.fromEntries(pairs)];
  });
  return { chance: guessed, ...Object.fromEntries(made) };
}

function checkOf(
  { controls }: Models,
  labels: readonly string[],
  role: ScoredRole,
): LabelCheck | null {
  const permuted = controls['shuffled_labels'];
  if (permuted === undefined) return null;
  return labelCheck(rowsOf(scoredPredictions(permuted, role), labels, role), labels.length);
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
