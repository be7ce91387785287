import { pathToFileURL } from 'node:url';
import { Type } from 'typebox';
import type { FeatureMatrix } from '../../artifacts/features.ts';
import { type Posterior, writeFold } from '../../artifacts/fold.ts';
import { defineStage, TaskError } from '../../engine/stage.ts';
import { createRandom } from '../../util/random.ts';
import { openFoldFeatures } from '../train-kfold/open-fold-features.ts';
import { labelled, roleParams } from '../train-kfold/roles.ts';
import type { LabelledClip, Predict, Training } from './training.ts';

/** Probabilities may miss 1 by this much. */
const tolerance = 1e-5;

/**
 * One fold of a training that is not affekt's. Its code is a source of this task, whose own code opens the
 * clips: those to train on and to choose by before it, with labels; the scored ones after it, one by one, without.
 * In a process of its own: nothing is left of the clips of other folds.
 */
export const trainOwn = defineStage({
  kind: 'train-own',
  version: 1,
  summary: 'Trains and scores a training of your own on one fold.',
  params: Type.Object(
    {
      ...roleParams,
      code: Type.String({ 'x-affekt': 'path', description: 'The module that holds the training.' }),
      options: Type.Record(Type.String(), Type.Unknown(), {
        default: {},
        description: 'Params of the training itself.',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: { features: { type: 'features', summary: 'Features of the clips of this fold' } },
  outputs: { fold: { type: 'fold', summary: 'Posteriors' } },
  tier: 'own',
  random: true,
  internal: true,
  // Its bundle leaves out `affekt`, of which it may call readers and generators.
  dependencies: ['affekt'],
  sources: ({ code }, context) => [
    { name: 'training', digest: context.hashFile(code), location: code, files: [code] },
  ],
  async run(context) {
    const { params, signal } = context;
    const { labels, options } = params;
    const training = await load(String(context.source('training')));
    const fit = labelled(params.fit, labels);
    const validate = labelled(params.validate, labels);
    const scored = [...validate.ids, ...params.test];
    const features = openFoldFeatures(context.input('features'), [...fit.ids, ...scored]);
    const open = (role: 'fit' | 'validate', side: typeof fit): readonly LabelledClip[] => {
      const clips = features.load(role, side.ids);
      return side.ids.map((id, i) => ({ ...of(clips, id), label: side.classes[i] ?? 0 }));
    };
    const predict = await training.train({
      ...{ params: options as never, labels, signal },
      clips: open('fit', fit),
      validation: validate.ids.length > 0 ? open('validate', validate) : [],
      random: createRandom(context.seed),
      log: (line) => context.log(line),
      progress: (done, total, figures) => context.progress(done, total, figures),
    });
    if (typeof predict !== 'function') {
      throw new TaskError('train gives no function that predicts', {
        hint: 'Return a function from a clip to a probability for each label.',
      });
    }
    const validation = validate.ids.length > 0 ? features.load('validate', validate.ids) : [];
    const clips = new Map([...validation, ...features.load('test', params.test)]);
    const posteriors = await ask(predict, clips, scored, labels);
    const again = await ask(predict, clips, [...scored].reverse(), labels);
    for (const [id, posterior] of posteriors) {
      const other = again.get(id) ?? [];
      if (posterior.every((p, k) => p === other[k])) continue;
      throw new TaskError(
        `the posterior of "${id}" is another one when clips come in another order`,
        {
          hint: 'It must depend on the model and the clip alone: keep nothing of the clips that are scored, and draw no random numbers.',
        },
      );
    }
    const row = (role: Posterior['role'], ids: readonly string[]): readonly Posterior[] =>
      ids.map((id) => ({ id, role, posterior: of(posteriors, id) }));
    writeFold(context.output('fold'), {
      labels,
      posteriors: [...row('validate', validate.ids), ...row('test', params.test)],
    });
  },
});

async function load(module: string): Promise<Training> {
  // Errors point into the user's file, not into the bundle.
  process.setSourceMapsEnabled(true);
  return ((await import(pathToFileURL(module).href)) as { readonly default: Training }).default;
}

/** Asks for each clip in this order, each time with a matrix that nobody has changed. */
async function ask(
  predict: Predict,
  clips: ReadonlyMap<string, FeatureMatrix>,
  ids: readonly string[],
  labels: readonly string[],
): Promise<ReadonlyMap<string, readonly number[]>> {
  const found = new Map<string, readonly number[]>();
  for (const id of ids) {
    const clip = of(clips, id);
    const posterior = Array.from(await predict({ ...clip, data: clip.data.slice() }));
    const sum = posterior.reduce((a, b) => a + b, 0);
    const sound = posterior.length === labels.length && posterior.every((p) => p >= 0);
    if (!sound || !(Math.abs(sum - 1) <= tolerance)) {
      throw new TaskError(
        `the posterior of "${id}" is [${posterior
          .slice(0, 8)
          .map((p) => Number(p.toPrecision(4)))
          .join(', ')}]`,
        { hint: `Return ${labels.length} probabilities that sum to 1, in the order of labels.` },
      );
    }
    // A sum of 1 within rounding may be all one class's.
    found.set(
      id,
      posterior.map((p) => Math.min(p, 1)),
    );
  }
  return found;
}

function of<T>(map: ReadonlyMap<string, T>, id: string): T {
  const found = map.get(id);
  if (found === undefined) throw new Error(`"${id}" was not opened`);
  return found;
}
