import { type Static, Type } from 'typebox';
import { readCorpus } from '../../artifacts/corpus.ts';
import { type FoldIds, readSplit } from '../../artifacts/split.ts';
import type { Artifact, ArtifactFiles, InputArtifact } from '../../engine/artifact.ts';
import { type Call, type CoordinateContext, defineStage, TaskError } from '../../engine/stage.ts';
import type { JsonObject } from '../../util/json.ts';
import { checkSplitParams, split, splitParams } from '../split.ts';
import { collectModels } from './collect-models.ts';
import { predictMajority } from './predict-majority.ts';
import type { Roles } from './roles.ts';
import { trainLogreg } from './train-logreg.ts';

const params = Type.Object(
  {
    split: Type.Object(splitParams.properties, {
      additionalProperties: false,
      default: {},
      description: 'How clips are parted into folds, where the port split is not wired.',
    }),
    architecture: Type.Enum(['logreg'], {
      default: 'logreg',
      description: 'The model: logreg is logistic regression on the mean of each band over frames.',
    }),
    class_weights: Type.Enum(['balanced', 'none'], {
      default: 'balanced',
      description: 'Weight of a class in the loss: n / (K n_k), or 1.',
    }),
    c: Type.Number({
      exclusiveMinimum: 0,
      default: 1,
      description: 'Inverse strength of the L2 penalty of logreg.',
    }),
    seeds: Type.Integer({
      minimum: 1,
      default: 1,
      description:
        'How often every fold is trained, with other random numbers. logreg has none and is trained once.',
    }),
    max_folds: Type.Union([Type.Null(), Type.Integer({ minimum: 1 })], {
      default: null,
      description: 'Train only the first folds; every result is stamped quick.',
    }),
    controls: Type.Array(Type.Enum(['majority', 'logreg']), {
      uniqueItems: true,
      default: ['majority', 'logreg'],
      description: 'Sanity rows beside the result, made on the same folds.',
    }),
  },
  { additionalProperties: false },
);

type Params = Static<typeof params>;

/**
 * K-fold training: one leaf per fold and seed, leaves for the controls, and one that joins them. A
 * fold's leaf is given its clips by value, so it reruns only when its own clips or features change.
 */
export const trainKfold = defineStage({
  kind: 'train-kfold',
  version: 1,
  summary:
    'Trains one model per fold and seed, and predicts every clip by models that never saw it.',
  params,
  inputs: {
    features: { type: 'features', summary: 'What the models see' },
    corpus: { type: 'corpus', summary: 'Labels, speakers and texts' },
    split: { type: 'split', summary: 'Folds made by a split stage', optional: true },
  },
  outputs: { models: { type: 'models', summary: 'Models and out-of-fold predictions' } },
  tier: 'inline',
  random: true,
  check: (given) =>
    checkSplitParams(given.split).map((problem) => ({
      ...problem,
      path: ['split', ...problem.path],
    })),
  quick: (given) => ({ ...given, max_folds: Math.min(given.max_folds ?? 2, 2), seeds: 1 }),
  async coordinate(context) {
    const corpus = context.input('corpus');
    const { info, utterances } = readCorpus(corpus);
    const made = await splitOf(context, corpus);
    const { folds } = readSplit(view(made, corpus));
    const emotion = new Map(utterances.map((one) => [one.id, one.emotion]));
    const used = new Set(emotion.values());
    const labels = info.labels.filter((label) => used.has(label));
    const roles = folds
      .slice(0, context.params.max_folds ?? folds.length)
      .map((fold) => rolesOf(fold, emotion, labels));

    const runs = roles.map((of, index) => ({ fold: index + 1, seed: 1, of }));
    const controls = [...context.params.controls]
      .sort()
      .flatMap((name) => roles.map((of, index) => ({ name, fold: index + 1, of })));
    const [trained, controlled] = await Promise.all([
      Promise.all(
        runs.map(({ fold, seed, of }) => context.call(logregCall(context, of, { fold, seed }))),
      ),
      Promise.all(
        controls.map(({ name, fold, of }) => {
          const asked =
            name === 'majority'
              ? { kind: predictMajority, params: of, inputs: {}, select: { fold } }
              : logregCall(context, of, { fold });
          return context.call({ ...asked, name });
        }),
      ),
    ]);

    const foldOf = (outputs: Readonly<Record<string, Artifact>>): Artifact => pick(outputs, 'fold');
    return context.call({
      kind: collectModels,
      params: {
        architecture: context.params.architecture,
        labels,
        recipe: { class_weights: context.params.class_weights, c: context.params.c },
        runs: runs.map(({ fold, seed }) => ({ fold, seed })),
        controls: controls.map(({ name, fold }) => ({ name, fold })),
      },
      inputs: {
        corpus,
        split: made,
        folds: trained.map(foldOf),
        ...(controlled.length > 0 && { controls: controlled.map(foldOf) }),
      },
    });
  },
});

async function splitOf(
  context: CoordinateContext<Params>,
  corpus: InputArtifact,
): Promise<Artifact> {
  if (context.has('split')) return context.input('split');
  const outputs = await context.call({
    kind: split,
    params: context.params.split as JsonObject,
    inputs: { corpus },
    seed: context.seed,
  });
  return pick(outputs, 'split');
}

function logregCall(
  context: CoordinateContext<Params>,
  roles: Roles,
  select: Readonly<Record<string, string | number>>,
): Call {
  const { class_weights, c } = context.params;
  return {
    kind: trainLogreg,
    params: { ...roles, class_weights, c },
    inputs: { features: context.input('features') },
    select,
  };
}

function rolesOf(
  fold: FoldIds,
  emotion: ReadonlyMap<string, string>,
  labels: readonly string[],
): Roles {
  const byLabel = (ids: readonly string[]): Record<string, string[]> => {
    const lists = new Map(labels.map((label): [string, string[]] => [label, []]));
    for (const id of ids) lists.get(emotion.get(id) ?? '')?.push(id);
    return Object.fromEntries([...lists].filter(([, own]) => own.length > 0));
  };
  for (const id of [...fold.fit, ...fold.validate, ...fold.test]) {
    if (emotion.has(id)) continue;
    throw new TaskError(`the split names the clip "${id}", which the corpus does not have`, {
      hint: 'Wire the split and the training to the same corpus.',
    });
  }
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

function pick(outputs: Readonly<Record<string, Artifact>>, port: string): Artifact {
  const artifact = outputs[port];
  if (artifact === undefined) throw new Error(`no output ${port}`);
  return artifact;
}

/** The files of a nested task's output, found through an input's view of the object store. */
function view(artifact: Artifact, through: InputArtifact): ArtifactFiles {
  return {
    ...artifact,
    path(file) {
      const digest = artifact.files[file];
      if (digest === undefined) throw new Error(`no file ${file}`);
      return through.object(digest);
    },
  };
}
