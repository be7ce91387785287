import { readCorpus } from '../../artifacts/corpus.ts';
import { readFeaturesDefinition } from '../../artifacts/features.ts';
import { columnsOf } from '../../artifacts/features-definition.ts';
import { type FoldIds, readSplit } from '../../artifacts/split.ts';
import type { Artifact, InputArtifact } from '../../engine/artifact.ts';
import { type CoordinateContext, defineStage, SourceError, TaskError } from '../../engine/stage.ts';
import type { JsonObject } from '../../util/json.ts';
import { filesOf, pick } from '../nested.ts';
import { split, splitNames } from '../split.ts';
import { collectModels } from './collect-models.ts';
import {
  checkKfoldParams,
  type controlNames,
  type KfoldParams,
  kfoldParams,
} from './kfold-params.ts';
import { type Learner, learnerOf, majority } from './learner.ts';
import { resolveBackend } from './resolve-backend.ts';
import { type Roles, shuffled } from './roles.ts';
import { changedTraining } from './training-params.ts';

/**
 * K-fold training: one leaf per fold and seed, leaves for the controls, and one that joins them. A
 * fold's leaf is given its clips by value, so it reruns only when its own clips or features change.
 */
export const trainKfold = defineStage({
  kind: 'train-kfold',
  version: 4,
  summary:
    'Trains one model per fold and seed, and predicts every clip by models that never saw it.',
  params: kfoldParams,
  inputs: {
    features: { type: 'features', summary: 'What the models see' },
    corpus: { type: 'corpus', summary: 'Labels, speakers and texts' },
    split: {
      type: 'split',
      summary: 'Folds made by a split stage, instead of the param split',
      optional: true,
      replaces: 'split',
    },
    functionals: {
      type: 'features',
      summary: 'Numbers per clip that join what a network has pooled',
      optional: true,
    },
  },
  outputs: { models: { type: 'models', summary: 'Models and out-of-fold predictions' } },
  tier: 'inline',
  random: true,
  otherNames: {
    ...{ model: 'architecture', lr: 'learning_rate', wd: 'weight_decay', scheduler: 'schedule' },
    ...splitNames,
  },
  check: checkKfoldParams,
  quick: (given) => ({
    ...given,
    max_folds: Math.min(given.max_folds ?? 2, 2),
    seeds: 1,
    epochs: given.architecture === 'logreg' ? given.epochs : Math.min(given.epochs, 2),
    stops: given.stops && [...new Set(given.stops.map((stop) => Math.min(stop, 2)))],
  }),
  async coordinate(context) {
    const { params } = context;
    const backend = resolveBackend(context);
    const corpus = context.input('corpus');
    const { info, utterances } = readCorpus(corpus);
    const idle = params.architecture === 'logreg' ? idleOf(context) : [];
    if (idle.length > 0) context.warn(`logreg does not use ${idle.join(', ')}`);
    const made = await splitOf(context, corpus);
    const { folds } = readSplit(filesOf(made, corpus));
    const speakers = new Map(utterances.map((one) => [one.id, one.speaker]));
    const used = new Set(utterances.map(({ emotion }) => emotion));
    const labels = info.labels.filter((label) => used.has(label));
    const classes = new Map(utterances.map(({ id, emotion }) => [id, labels.indexOf(emotion)]));
    const roles = folds
      .slice(0, params.max_folds ?? folds.length)
      .map((fold) => rolesOf(fold, classes, labels));

    const features = context.input('features');
    const { channels = 1, bands } = readFeaturesDefinition(features);
    const functionals = context.has('functionals') ? context.input('functionals') : undefined;
    const side = functionals === undefined ? 0 : columnsOf(readFeaturesDefinition(functionals));
    const sizes = { channels, bands, side, classes: labels.length };
    const own = learnerOf(params, sizes, backend);
    if (own.note !== '') context.note(own.note);
    // The same model without enrolment, to be scored on the same clips.
    const plain = learnerOf({ ...params, enrolment: null }, sizes, backend);
    const logreg = learnerOf({ ...params, architecture: 'logreg' }, sizes);
    requireValidation(params, roles);
    requireBatch(params, roles);
    requireSpeakers(params, roles, speakers);

    const ask = async (
      learner: Learner,
      of: Roles,
      { fold, seed = 1, name }: { fold: number; seed?: number; name?: string },
    ): Promise<Artifact> => {
      const place = name === undefined || name === 'plain' ? { fold, seed } : { fold };
      let from: Artifact | undefined;
      for (const [part, stop] of learner.stops.entries()) {
        const isLast = part === learner.stops.length - 1;
        const outputs = await context.call({
          ...learner.call(of, {
            ...{ features, speakers, experiment: context.seed, seed },
            ...(functionals && { functionals }),
            ...(stop !== undefined && { stop }),
            ...(from && { from }),
          }),
          select: isLast || stop === undefined ? place : { ...place, epochs: stop },
          ...(name !== undefined && { name }),
        });
        from = pick(outputs, 'fold');
      }
      if (from === undefined) throw new Error('a training without an end');
      return from;
    };
    const seeds = Array.from({ length: own.random ? params.seeds : 1 }, (_, i) => i + 1);
    const runs = roles.flatMap((of, index) => seeds.map((seed) => ({ fold: index + 1, seed, of })));
    const controls: readonly Control[] = [
      ...[...params.controls]
        .sort()
        .flatMap((name) => roles.map((of, index) => ({ name, fold: index + 1, seed: 1, of }))),
      ...(params.enrolment === null ? [] : runs.map((run) => ({ name: 'plain' as const, ...run }))),
    ];
    const control = ({ name, fold, seed, of }: Control) => {
      switch (name) {
        case 'majority':
          return ask(majority, of, { fold, name });
        case 'logreg':
          return ask(logreg, of, { fold, name });
        case 'plain':
          return ask(plain, of, { fold, seed, name });
        case 'shuffled_labels':
          return ask(plain, shuffled(of, context.seed), { fold, name });
      }
    };
    const [trained, controlled] = await Promise.all([
      Promise.all(runs.map(({ fold, seed, of }) => ask(own, of, { fold, seed }))),
      Promise.all(controls.map(control)),
    ]);

    return context.call({
      kind: collectModels,
      params: {
        architecture: own.name,
        parameters: own.parameters,
        labels,
        recipe: { ...own.recipe, ...stoppedAfter(params) },
        enrolment: params.architecture === 'logreg' ? null : params.enrolment,
        runs: runs.map(({ fold, seed }) => ({ fold, seed })),
        controls: controls.map(({ name, fold, seed }) => ({ name, fold, seed })),
      },
      inputs: {
        corpus,
        split: made,
        folds: trained,
        ...(controlled.length > 0 && { controls: controlled }),
      },
    });
  },
});

/** Told of models whose training ended before its last epoch. */
function stoppedAfter({ architecture, stops, epochs }: KfoldParams): JsonObject {
  const last = stops?.at(-1) ?? epochs;
  return architecture === 'logreg' || last >= epochs ? {} : { stopped_after: last };
}

/** What a network would use and logistic regression does not. */
function idleOf(context: CoordinateContext<KfoldParams>): readonly string[] {
  const hasPolicy = context.input('features').files['policy.json'] !== undefined;
  return [
    ...(context.has('functionals') ? ['functionals'] : []),
    ...(hasPolicy ? ['the augmentation of its features'] : []),
    ...(context.params.seeds > 1 ? ['seeds'] : []),
    ...changedTraining(context.params),
  ];
}

/** A row of controls: who is asked for it, on which fold. */
interface Control {
  readonly name: (typeof controlNames)[number] | 'plain';
  readonly fold: number;
  readonly seed: number;
  readonly of: Roles;
}

/** What looks at validation clips while it trains must have some. */
function requireValidation(params: KfoldParams, roles: readonly Roles[]): void {
  const needs =
    params.architecture === 'logreg'
      ? undefined
      : params.early_stopping !== null
        ? 'early_stopping'
        : params.schedule.kind === 'plateau'
          ? 'schedule plateau'
          : undefined;
  if (needs === undefined) return;
  const without = roles.findIndex(({ validate }) => Object.keys(validate).length === 0);
  if (without < 0) return;
  throw new TaskError(`${needs} needs validation clips, and fold ${without + 1} has none`, {
    hint: 'Set split.validation_speakers: 1, or remove it.',
  });
}

/** Every fold must fill a batch. */
function requireBatch({ architecture, batch_size }: KfoldParams, roles: readonly Roles[]): void {
  if (architecture === 'logreg') return;
  for (const [index, { fit }] of roles.entries()) {
    const length = Object.values(fit).reduce((sum, ids) => sum + ids.length, 0);
    if (length >= batch_size) continue;
    throw new TaskError(
      `fold ${index + 1} has ${length} training clips, fewer than batch_size ${batch_size}`,
      { hint: `Set batch_size to ${length} or less.` },
    );
  }
}

/** What adapts to new speakers learns from several how they differ. */
function requireSpeakers(
  { enrolment }: KfoldParams,
  roles: readonly Roles[],
  speakers: ReadonlyMap<string, string>,
): void {
  if (enrolment === null) return;
  for (const [index, { fit }] of roles.entries()) {
    const names = new Set(Object.values(fit).flatMap((ids) => ids.map((id) => speakers.get(id))));
    if (names.size > 1) continue;
    throw new TaskError(
      `enrolment needs at least two training speakers, and fold ${index + 1} has one`,
      { hint: 'Remove enrolment, or use a split that trains on more speakers.' },
    );
  }
}

/** The split that is wired, or one made by the param. */
export async function splitOf(
  context: CoordinateContext<Pick<KfoldParams, 'split'>>,
  corpus: InputArtifact,
): Promise<Artifact> {
  if (context.has('split')) return context.input('split');
  try {
    const outputs = await context.call({
      kind: split,
      params: context.params.split as JsonObject,
      inputs: { corpus },
      seed: context.seed,
    });
    return pick(outputs, 'split');
  } catch (error) {
    if (!(error instanceof SourceError) || error.param === undefined) throw error;
    const { message, param, hint } = error;
    // It is a param of the split, which is one of the training's.
    throw new SourceError(message, { param: `split.${param}`, ...(hint && { hint }) });
  }
}

/** A fold of a split by label. Throws where a training cannot start from it. */
export function rolesOf(
  fold: FoldIds,
  classes: ReadonlyMap<string, number>,
  labels: readonly string[],
): Roles {
  const classOf = (id: string): number => {
    const own = classes.get(id);
    if (own !== undefined) return own;
    throw new TaskError(`the split names the clip "${id}", which the corpus does not have`, {
      hint: 'Wire the split and the training to the same corpus.',
    });
  };
  const byLabel = (ids: readonly string[]): Record<string, string[]> => {
    const lists = labels.map((): string[] => []);
    for (const id of ids) lists[classOf(id)]?.push(id);
    return Object.fromEntries(
      labels.flatMap((label, n) => (lists[n]?.length ? [[label, lists[n]]] : [])),
    );
  };
  fold.test.forEach(classOf);
  const fit = byLabel(fold.fit);
  const untrained = labels.filter((label) => fit[label] === undefined);
  if (untrained.length > 0) {
    throw new TaskError(`a fold of the split has no clip of ${untrained.join(', ')} to train on`, {
      hint: 'Make the split from the corpus that the training reads.',
    });
  }
  return {
    labels: [...labels],
    fit,
    validate: byLabel(fold.validate),
    test: [...fold.test],
  };
}
