import { Type } from 'typebox';
import { readCorpus } from '../../artifacts/corpus.ts';
import { readFeaturesDefinition } from '../../artifacts/features.ts';
import { readSplit } from '../../artifacts/split.ts';
import type { Artifact } from '../../engine/artifact.ts';
import {
  type Call,
  type CoordinateContext,
  defineStage,
  type StageKind,
  TaskError,
} from '../../engine/stage.ts';
import type { JsonObject } from '../../util/json.ts';
import { hashSeed } from '../../util/random.ts';
import { filesOf, pick } from '../nested.ts';
import { checkSplitParams } from '../split.ts';
import { collectModels } from '../train-kfold/collect-models.ts';
import { type controlNames, type KfoldParams, kfoldParams } from '../train-kfold/kfold-params.ts';
import { predictMajority } from '../train-kfold/predict-majority.ts';
import { type Roles, shuffled } from '../train-kfold/roles.ts';
import { rolesOf, splitOf } from '../train-kfold/train-kfold.ts';
import { trainLogreg } from '../train-kfold/train-logreg.ts';
import { trainOwn } from './train-own.ts';
import type { Training } from './training.ts';

const { split, max_folds, controls, seeds } = kfoldParams.properties;

/** Params beside those of the training itself. */
type FoldParams = Pick<KfoldParams, 'split' | 'max_folds' | 'controls'> &
  Partial<Pick<KfoldParams, 'seeds'>>;

/**
 * The stage of a training of your own, if a module gives one: `train-kfold` with another leaf. Whatever
 * the training does, folds, labels and the scored clips are in the hands of this code. Throws a TaskError where
 * its params take names of the folds'.
 */
export function ownTraining(given: unknown, module: string): StageKind | undefined {
  if (!isTraining(given)) return undefined;
  const training = given;
  const foldParams = { split, max_folds, controls, ...(training.random && { seeds }) };
  const ownParams = training.params?.properties ?? {};
  const taken = Object.keys(ownParams).find((name) => Object.hasOwn(foldParams, name));
  if (taken !== undefined) {
    throw new TaskError(`the param ${taken} of the training ${training.kind} is one of the folds`, {
      hint: `Give it another name: ${Object.keys(foldParams).join(', ')} are taken.`,
    });
  }
  return defineStage({
    kind: training.kind,
    version: 1,
    summary: training.summary,
    params: Type.Object({ ...ownParams, ...foldParams }, { additionalProperties: false }),
    inputs: {
      features: { type: 'features', summary: 'What the models see' },
      corpus: { type: 'corpus', summary: 'Labels, speakers and texts' },
      split: {
        ...{ type: 'split', summary: 'Folds made by a split stage, instead of the param split' },
        ...{ optional: true, replaces: 'split' },
      },
    },
    outputs: { models: { type: 'models', summary: 'Out-of-fold predictions' } },
    tier: 'inline',
    random: true,
    check: (params) =>
      checkSplitParams((params as unknown as FoldParams).split).map((problem) => ({
        ...problem,
        path: ['split', ...problem.path],
      })),
    quick: (params) => ({
      ...params,
      max_folds: Math.min((params as unknown as FoldParams).max_folds ?? 2, 2),
      ...(training.random && { seeds: 1 }),
    }),
    async coordinate(context) {
      const params = context.params as unknown as FoldParams;
      const options = Object.fromEntries(
        Object.keys(ownParams).map((name) => [name, (context.params as JsonObject)[name] ?? null]),
      );
      const corpus = context.input('corpus');
      const { info, utterances } = readCorpus(corpus);
      const made = await splitOf(context as CoordinateContext<Pick<KfoldParams, 'split'>>, corpus);
      const used = new Set(utterances.map(({ emotion }) => emotion));
      const labels = info.labels.filter((label) => used.has(label));
      const classes = new Map(utterances.map(({ id, emotion }) => [id, labels.indexOf(emotion)]));
      const { folds } = readSplit(filesOf(made, corpus));
      const roles = folds
        .slice(0, params.max_folds ?? folds.length)
        .map((fold) => rolesOf(fold, classes, labels));
      const features = context.input('features');

      const own = (of: Roles, seed: number): Asked => ({
        kind: trainOwn,
        params: { ...of, options, code: module },
        inputs: { features },
        seed: training.random ? hashSeed(context.seed, 'train', seed) : 0,
      });
      const asked: Readonly<Record<ControlName, (of: Roles) => Asked>> = {
        majority: (of) => ({ kind: predictMajority, params: of, inputs: {} }),
        logreg: (of) => ({ kind: trainLogreg, params: of, inputs: { features } }),
        shuffled_labels: (of) => own(shuffled(of, context.seed), 1),
      };
      const ask = async (call: Call): Promise<Artifact> => pick(await context.call(call), 'fold');
      const repeats = training.random ? (params.seeds ?? 1) : 1;
      const runs = roles.flatMap((of, index) =>
        Array.from({ length: repeats }, (_, i) => ({ fold: index + 1, seed: i + 1, of })),
      );
      const controls = [...params.controls]
        .sort()
        .flatMap((name) => roles.map((of, index) => ({ name, fold: index + 1, seed: 1, of })));
      const [trained, controlled] = await Promise.all([
        Promise.all(
          runs.map(({ fold, seed, of }) => ask({ ...own(of, seed), select: { fold, seed } })),
        ),
        Promise.all(
          controls.map(({ name, fold, of }) => ask({ ...asked[name](of), name, select: { fold } })),
        ),
      ]);
      const { channels = 1, bands } = readFeaturesDefinition(features);
      const sizes = { channels, bands, classes: labels.length };
      return context.call({
        kind: collectModels,
        params: {
          architecture: training.kind,
          parameters: training.parameters?.(sizes, options as never) ?? 0,
          labels,
          recipe: options,
          runs: runs.map(({ fold, seed }) => ({ fold, seed })),
          controls: controls.map(({ name, fold, seed }) => ({ name, fold, seed })),
        },
        inputs: {
          ...{ corpus, split: made, folds: trained },
          ...(controlled.length > 0 && { controls: controlled }),
        },
      });
    },
  });
}

type ControlName = (typeof controlNames)[number];

type Asked = Pick<Call, 'kind' | 'params' | 'inputs' | 'seed'>;

function isTraining(given: unknown): given is Training {
  const { kind, summary, train, params } = (given ?? {}) as Partial<Training>;
  return (
    typeof kind === 'string' &&
    typeof summary === 'string' &&
    typeof train === 'function' &&
    (params === undefined || typeof params.properties === 'object')
  );
}
